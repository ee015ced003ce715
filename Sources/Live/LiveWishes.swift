// What other processes may ask of one that publishes, by its file: to give memory back, for its profile, and to be let in. It
// is answered by the helper thread, which they wake, or by the thread that comes through a slow path next.

package enum LiveWishes {
  /// Answers what was asked. By a thread that is in no path of a heap and holds no lock, in a process that counts.
  @inline(never)
  package static func answer() {
    if LiveTrim.isWanted { LiveTrim.answer() }
    if LiveProfile.isWanted { LiveProfile.answer() }
    if LiveLook.isWanted { LiveLook.answer() }
  }
}
