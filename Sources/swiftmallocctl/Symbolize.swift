import ArgumentParser
struct Symbolize: ParsableCommand {}
