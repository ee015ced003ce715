import ArgumentParser
struct Top: ParsableCommand {}
