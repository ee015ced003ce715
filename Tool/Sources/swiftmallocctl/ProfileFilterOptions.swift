// Which samples swiftmallocctl profile shows, by the names that pprof has for it.

import ArgumentParser
import ProfileFiles

struct ProfileFilterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Count only what was allocated by way of a function, source file or module that matches.",
      valueName: "regex"))
  var focus: String?

  @Option(
    help: ArgumentHelp(
      "Do not count what was allocated by way of one that matches.", valueName: "regex"))
  var ignore: String?

  @Option(
    help: ArgumentHelp(
      "Leave those that match out of all stacks: what they allocate is their callers'.",
      valueName: "regex"))
  var hide: String?

  @Option(
    help: ArgumentHelp(
      "Count only what has a label whose text matches: thread=…, or heap=… of a heap of the program's own.",
      valueName: "label=regex"))
  var tagfocus: String?

  @Option(
    help: ArgumentHelp("Do not count what has such a label.", valueName: "label=regex"))
  var tagignore: String?

  /// Throws what is wrong with the options.
  var filter: ProfileFilter {
    get throws {
      var filter = ProfileFilter()
      filter.focus = try expression(focus, of: "focus")
      filter.ignore = try expression(ignore, of: "ignore")
      filter.hide = try expression(hide, of: "hide")
      filter.tagfocus = try label(tagfocus, of: "tagfocus")
      filter.tagignore = try label(tagignore, of: "tagignore")
      return filter
    }
  }

  private func expression(
    _ text: String?, of option: String
  ) throws -> ProfileFilter.Expression? {
    guard let text else { return nil }
    do { return try ProfileFilter.Expression(text) } catch {
      throw ValidationError("--\(option) \"\(text)\" is no regular expression.")
    }
  }

  private func label(
    _ text: String?, of option: String
  ) throws -> ProfileFilter.LabelExpression? {
    guard let text else { return nil }
    do {
      if let label = try ProfileFilter.LabelExpression(text) { return label }
      throw ValidationError("--\(option) is LABEL=EXPRESSION, as thread=worker, not \"\(text)\".")
    } catch let error as ValidationError { throw error } catch {
      throw ValidationError("--\(option) \"\(text)\" has no regular expression behind the =.")
    }
  }
}
