// The JSON of one process, as `stats PID --json` prints it and a sample holds it. What is not known is null; all
// amounts are bytes, all times numbers. The names are a contract with the page and with users' scripts.

extension ProcessView {
  /// At most so many large blocks are listed, the largest.
  package static let listedLargeBlocks = 200

  /// Writes one object.
  package func write(to json: inout JSONText) {
    json.object { json in
      json.member("pid", Int(snapshot.processID))
      json.member("program", snapshot.program)
      json.member("version", snapshot.libraryVersion)
      json.member("state", state.rawValue)
      json.member("mode", snapshot.mode.name)
      json.member("startedAt", epochMilliseconds(of: snapshot.startedBoot))
      json.member(
        "resetAt", snapshot.resetBoot > 0 ? epochMilliseconds(of: snapshot.resetBoot) : nil)
      json.member("uptime", uptime)
      json.member("userTime", userTime)
      json.member("systemTime", systemTime)
      json.member("rss", processResidentBytes)
      json.member("requested", snapshot.requestedBytes)
      json.member("resident", residentBytes)
      json.member("overhead", overheadBytes)
      json.member("hugePages", hugePageBytes)
      json.key("ledger")
      json.array { writeLedger(&$0) }
      json.member("allocations", allocations)
      json.member("frees", frees)
      json.member("liveBlocks", liveBlocks)
      json.key("classes")
      json.array { json in for row in classRows { writeClass(row, &json) } }
      json.key("threads")
      json.array { json in for thread in snapshot.threads { writeThread(thread, &json) } }
      json.member("threadsStarted", snapshot.threadsStarted)
      json.member("threadsRunning", threadsRunning)
      json.member("threadsUnpublished", snapshot.threadsUnpublished)
      json.key("large")
      json.array { json in
        for block in largeRows.prefix(ProcessView.listedLargeBlocks) { writeLarge(block, &json) }
      }
      json.member("largeCount", snapshot.largeCount)
      json.member("largeBytes", snapshot.givenBytes(ofClass: snapshot.smallClassCount + 1))
      json.key("heaps")
      json.array { json in for heap in heapRows { writeHeap(heap, &json) } }
      json.member("heapsUnlisted", snapshot.heapsUnlisted)
      json.member("profileInterval", snapshot.profileInterval)
      json.key("systemCalls")
      json.object { json in for call in systemCalls { json.member(call.name, call.count) } }
      json.key("returned")
      json.object { json in for part in returned { json.member(part.reason, part.byteCount) } }
      json.member("purgeDelay", snapshot.purgeDelay)
      json.member("pageSize", snapshot.pageSize)
    }
  }

  private func writeLedger(_ json: inout JSONText) {
    for (index, key) in Ledger.Key.allCases.enumerated() {
      json.object { json in
        json.member("key", key.rawValue)
        json.member("name", Ledger.name(key, mode: snapshot.mode))
        json.member("bytes", ledger.bytes[index])
        json.member("peak", ledger.peaks[index])
      }
    }
  }

  private func writeClass(_ row: ClassRow, _ json: inout JSONText) {
    json.object { json in
      json.member("index", row.index)
      json.member("blockSize", row.blockSize)
      json.member("label", row.label)
      json.member("spans", row.spanCount)
      json.member("allocations", row.sum.allocations)
      json.member("frees", row.sum.frees)
      json.member("live", row.sum.liveBlocks)
      json.member("givenBytes", row.givenBytes)
      json.member("requestedBytes", row.requestedBytes)
      json.member("wasteBytes", row.wasteBytes)
      json.member("peakBytes", row.sum.peakBytes)
    }
  }

  private func writeThread(_ thread: Snapshot.ThreadRow, _ json: inout JSONText) {
    let isTotals = thread.row == 0
    json.object { json in
      json.member("row", thread.row)
      json.member("id", isTotals ? nil : Int(thread.id))
      json.member("name", name(of: thread))
      json.member("state", isTotals ? "ended totals" : "running")
      json.member("startedAt", isTotals ? nil : epochMilliseconds(of: thread.startedBoot))
      json.member("allocations", thread.classes.map(\.allocations).boundedSum)
      json.member("frees", thread.classes.map(\.frees).boundedSum)
      json.member("liveBytes", thread.requestedBytes)
      json.member("peakBytes", thread.peakBytes.atLeastZero)
      json.key("classes")
      json.array { json in
        for counts in thread.classes {
          json.array { json in
            json.number(counts.index)
            json.number(counts.allocations)
            json.number(counts.frees)
            json.number(counts.requestedBytes)
            json.number(counts.returnedBytes)
            json.number(counts.peakBytes.atLeastZero)
            json.number(counts.liveBlocks)
            json.number(counts.liveBytes)
          }
        }
      }
    }
  }

  private func writeHeap(_ heap: Snapshot.HeapRow, _ json: inout JSONText) {
    json.object { json in
      json.member("handle", "0x" + String(heap.handle, radix: 16))
      json.member("name", heap.name)
      json.member("kind", heap.kind)
      json.member("bytes", heap.usedBytes)
      json.member("peak", heap.peakBytes)
      json.member("kept", heap.keptBytes)
      json.member("limit", heap.limit)
      json.member("age", age(since: heap.madeBoot))
    }
  }

  private func writeLarge(_ block: Snapshot.LargeRow, _ json: inout JSONText) {
    json.object { json in
      json.member("address", "0x" + String(block.address, radix: 16))
      json.member("requested", block.requestedBytes)
      json.member("given", block.givenBytes)
      json.member("thread", Int(block.threadID))
      json.member("age", age(since: block.allocatedBoot))
    }
  }
}
