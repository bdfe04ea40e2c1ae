"""The mistakes that scripts/planted shows to the suites, to see that they are found.

Each is a place in lib/ and what stands there instead; PLANTED is true in the run that tries the
mistake, so that all of them are built at once, into copies (plant.py). The product has no trace of
them. `suites` may find it: the first is the one that has to in the short form. A file of unit tests
and a shell test are suites, too.
"""
import dataclasses


@dataclasses.dataclass
class Mistake:
    name: str
    suites: str
    file: str
    place: str
    planted: str


MISTAKES = [
    # Syncs, each left out, too early, or repeated.
    Mistake("acknowledged before the sync", "crash faults", "log/partition_writer.cc",
            "auto synced = segment->sync_log.sync_data();",
            "auto synced = PLANTED ? Result<void>() : segment->sync_log.sync_data();"),
    Mistake("a batch level without a sync", "crash faults", "log/partition_writer.cc",
            "  if (state_.synced != state_.written) return sync_active();\n",
            "  if (state_.synced != state_.written && !PLANTED) return sync_active();\n"
            "  state_.synced = state_.written;\n"),
    Mistake("published before the sync", "crash schedules", "log/partition_writer.cc",
            "if (options_.sync_level == SyncLevel::none) state_.published = state_.written;",
            "if (PLANTED || options_.sync_level == SyncLevel::none) state_.published ="
            " state_.written;"),
    Mistake("a roll without a sync", "crash", "log/partition_writer.cc",
            "  TRY(sync_active());\n  state_.is_rolling = true;",
            "  if (!PLANTED) TRY(sync_active());\n  state_.is_rolling = true;\n"
            "  state_.synced = state_.published = state_.written;"),
    Mistake("a new segment without its name synced", "crash", "log/create.cc",
            "  return directory.sync();\n}\n\nResult<void> create_partition",
            "  return PLANTED ? Result<void>() : directory.sync();\n}\n\n"
            "Result<void> create_partition"),
    Mistake("a new topic without its name synced", "crash faults", "topic/hidden_topic.cc",
            "  TRY(root_.rename(hidden_, topic_));\n  return root_.sync();",
            "  TRY(root_.rename(hidden_, topic_));\n  return PLANTED ? Result<void>() :"
            " root_.sync();"),
    Mistake("a topic whose maker died is taken for durable", "crash", "topic/topic.cc",
            "if (is_untouched) TRY(root_.sync());",
            "if (is_untouched && !PLANTED) TRY(root_.sync());"),
    Mistake("a file replaced without a sync", "crash", "io/directory.cc",
            "TRY(file.write_at(0, as_bytes(content)));\n    TRY(file.sync());",
            "TRY(file.write_at(0, as_bytes(content)));\n    if (!PLANTED) TRY(file.sync());"),
    Mistake("a replaced file without its name synced", "crash faults", "io/directory.cc",
            "if (replaced) return sync();", "if (replaced) return PLANTED ? Result<void>() : sync();"),
    Mistake("a recovered slot is not synced",
            "crash:none.55/ordered/170/torn-0-0/then/16/torn-0-1 crash", "log/recovery.cc",
            "  TRY(write_commit(commit, recovered));\n  TRY(sync_commit(commit, recovered));",
            "  TRY(write_commit(commit, recovered));\n  if (!PLANTED) TRY(sync_commit(commit, recovered));"),
    Mistake("a rewritten segment is not synced", "crash", "log/maintenance/segment_rewriter.cc",
            "  TRY(file.sync());\n  TRY(file.close());",
            "  if (!PLANTED) TRY(file.sync());\n  TRY(file.close());"),
    Mistake("covered segments go before the new name is safe", "crash",
            "log/maintenance/maintenance.cc",
            "  // Nothing that it covers may go before its name is on the device.\n"
            "  TRY(directory_.sync());",
            "  if (!PLANTED) TRY(directory_.sync());"),
    Mistake("a raised log start is not synced", "crash", "log/maintenance/maintenance.cc",
            "  TRY(write_commit(commit_, state));\n  return sync_commit(commit_, state);",
            "  TRY(write_commit(commit_, state));\n"
            "  return PLANTED ? Result<void>() : sync_commit(commit_, state);"),
    Mistake("a failed sync is retried", "faults", "io/file.cc",
            "const int answer = system_->fdatasync(fd_);",
            "int answer = system_->fdatasync(fd_);\n"
            "  if (answer < 0 && PLANTED) answer = system_->fdatasync(fd_);"),
    Mistake("a failed sync is not remembered", "faults", "log/partition_writer.cc",
            "  (void)note_failed_sync(commit_, state_);",
            "  if (!PLANTED) (void)note_failed_sync(commit_, state_);"),
    Mistake("a failed sync in the background is not remembered",
            "faults:produce-interval,sync:EIO-reverts@3,kill faults", "log/partition_writer.cc",
            "  (void)write_poison_mark(commit_, segment.generation, segment.base);",
            "  if (!PLANTED) (void)write_poison_mark(commit_, segment.generation, segment.base);"),

    Mistake("a sync acknowledges what was appended while it ran", "unit:log/partition_writer",
            "log/partition_writer.cc",
            "  acknowledged_ = std::max(acknowledged_, number);\n  return number;",
            "  acknowledged_ = std::max(acknowledged_, PLANTED ? appended_ : number);\n"
            "  return PLANTED ? appended_ : number;"),
    Mistake("a sync publishes what was appended while it ran", "unit:log/partition_writer",
            "log/partition_writer.cc", "  TRY(publish_synced(*segment, end));",
            "  TRY(publish_synced(*segment, PLANTED ? own_end_ : end));"),
    Mistake("receipts for what came while the sync ran", "unit:tool/acknowledger",
            "tool/produce/acknowledger.cc",
            "  auto outcome = writers_.sync_all();\n",
            "  auto outcome = writers_.sync_all();\n  if (PLANTED) {\n"
            "    const std::scoped_lock guard(mutex_);\n"
            "    std::ranges::move(pending_, std::back_inserter(ready));\n"
            "    pending_.clear();\n  }\n"),
    Mistake("the thread that syncs shares the descriptor of the one that appends",
            "unit:log/partition_writer", "log/partition_writer.cc",
            "segment->sync_log.sync_data();\n\n  guard.lock();",
            "(PLANTED ? segment->log : segment->sync_log).sync_data();\n\n  guard.lock();"),
    Mistake("the note of a failed sync is tried again in the sound slot", "unit:log/commit_slot",
            "log/commit_slot.cc", "  state.sequence--;  //", "  if (!PLANTED) state.sequence--;  //"),

    # The order of the steps, and what is believed.
    Mistake("published before it is written", "schedules history", "log/partition_writer.cc",
            "  TRY(write_batch(header, batch));\n  state_.written = {state_.written.bytes + batch.size(),"
            " header.last_offset() + 1};",
            "  if (PLANTED) {\n    CommitState early = state_;\n"
            "    early.written = {state_.written.bytes + batch.size(), header.last_offset() + 1};\n"
            "    early.published = early.written;\n    TRY(write_commit(commit_, early));\n"
            "    state_.sequence = early.sequence;\n  }\n"
            "  TRY(write_batch(header, batch));\n  state_.written = {state_.written.bytes + batch.size(),"
            " header.last_offset() + 1};"),
    Mistake("one slot only", "crash", "log/commit_slot.cc",
            "Result<void> write_commit(io::File& file, CommitState& state) {\n  state.sequence++;",
            "Result<void> write_commit(io::File& file, CommitState& state) {\n"
            "  state.sequence += PLANTED ? 2 : 1;"),
    Mistake("a slot's checksum is not compared",
            "corruption:flip:log/t/0/commit:79:2@values", "log/commit_slot.cc",
            "load_be<std::uint32_t>(slot, commit_field::crc) != "
            "crc32c(slot.first(commit_field::crc))",
            "(!PLANTED && load_be<std::uint32_t>(slot, commit_field::crc) != "
            "crc32c(slot.first(commit_field::crc)))"),
    Mistake("a damaged twin of the slot is ignored", "corruption", "log/commit_slot.cc",
            "sight.newest->is_twin_damaged = !sight.is_certain;",
            "sight.newest->is_twin_damaged = !sight.is_certain && !PLANTED;"),
    Mistake("a reader shows what is written", "crash schedules", "log/partition_reader_end.cc",
            "extent_ == Extent::written ? commit.written : commit.published,",
            "extent_ == Extent::written || PLANTED ? commit.written : commit.published,"),
    Mistake("a reader does not check places", "corruption", "log/partition_reader.cc",
            "    TRY(check_place(*header));\n", "    if (!PLANTED) TRY(check_place(*header));\n"),
    Mistake("a reader does not compare checksums", "corruption", "log/batch_reader.cc",
            "if (auto valid = verify_crc(*current_, out); !valid) {",
            "if (auto valid = verify_crc(*current_, out); !valid && !PLANTED) {"),
    Mistake("what a failed sync took is called damage",
            "faults:produce-none,sync:EIO-reverts@8!,kill faults", "log/partition_reader_end.cc",
            "return commit.is_poisoned ? end_of_poisoned(commit, end) : Result<End>(end);",
            "return commit.is_poisoned && !PLANTED ? end_of_poisoned(commit, end)"
            " : Result<End>(end);"),
    Mistake("segments go before the log start is raised", "crash",
            "log/maintenance/maintenance.cc",
            "  TRY(put_commit(start));\n  for (const SegmentSummary& segment : segments)"
            " TRY(remove_segment(segment.base));",
            "  if (!PLANTED) TRY(put_commit(start));\n"
            "  for (const SegmentSummary& segment : segments) TRY(remove_segment(segment.base));\n"
            "  if (PLANTED) TRY(put_commit(start));"),
    Mistake("a cursor before the output", "hostile:cursor history", "tool/consume/consume_run.cc",
            "  sink_->release_tail();\n  TRY(sink_->flush());\n  TRY(output_->flush());\n",
            "  sink_->release_tail();\n"
            "  if (PLANTED) {\n    note_positions();\n    TRY(save_cursor());\n  }\n"
            "  TRY(sink_->flush());\n  TRY(output_->flush());\n"),

    Mistake("with -f a cursor before the output", "shell:consume_follow", "tool/consume/consume_run.cc",
            "    TRY(sink_->flush());\n    note_positions();\n",
            "    if (PLANTED) {\n      note_positions();\n      TRY(save_cursor());\n    }\n"
            "    TRY(sink_->flush());\n    note_positions();\n"),
    Mistake("a cursor behind what a closed pipe did not take", "shell:consume_edges",
            "tool/consume/consume_run.cc", "  if (output_->is_closed()) return;\n",
            "  if (output_->is_closed() && !PLANTED) return;\n"),
    Mistake("a cursor has the epoch of what comes next", "shell:consume_edges",
            "read/partition_source.cc", "offset.value - 1, 0)});",
            "offset.value - (PLANTED ? 0 : 1), 0)});"),
    Mistake("a slot that names a sealed segment is believed", "unit:log/partition_writer",
            "log/partition_writer.cc", "segments.back() > state_.segment_base) return true;",
            "segments.back() > state_.segment_base && !PLANTED) return true;"),
    Mistake("maintenance forgets a damaged twin of the slot", "unit:log/maintenance",
            "log/maintenance/maintenance.cc", "state.is_rolling |= state.is_twin_damaged;",
            "state.is_rolling |= state.is_twin_damaged && !PLANTED;"),

    # Recovery.
    Mistake("damage below the synced end is cut off",
            "corruption:flip:log/t/0/00000000000000000090.log:794:3@recover", "log/recovery.cc",
            "    if (chain.end == state_.synced) return {};\n",
            "    if (chain.end == state_.synced) return {};\n"
            "    if (PLANTED) {\n      state_.synced = chain.end;\n      return {};\n    }\n"),
    Mistake("the synced part is not verified",
            "corruption:flip:log/t/0/00000000000000000090.log:100:3@recover", "log/recovery.cc",
            "    TRY(check_synced());\n", "    if (!PLANTED) TRY(check_synced());\n"),
    Mistake("a segment that does not join is passed over",
            "corruption:extend:log/t/0/00000000000000000060.log:8:garbage@recover-old", "log/recovery.cc",
            "      if (chain_.end.bytes != size_ || *next != chain_.end.offset) {",
            "      if ((chain_.end.bytes != size_ || *next != chain_.end.offset) && PLANTED) {\n"
            "        return {};\n      }\n"
            "      if (chain_.end.bytes != size_ || *next != chain_.end.offset) {"),
    Mistake("a tail is kept without being written again", "crash faults", "log/recovery.cc",
            "    if (chain_.end.bytes > start_.bytes) {",
            "    if (PLANTED) return true;\n    if (chain_.end.bytes > start_.bytes) {"),
    Mistake("a torn tail is not set aside", "crash", "log/recovery.cc",
            "    if (size_ == chain_.end.bytes || is_blank_) return {};\n    auto kept",
            "    if (size_ == chain_.end.bytes || is_blank_ || PLANTED) return {};\n    auto kept"),
    Mistake("the epoch does not grow after a loss", "crash", "log/recovery.cc",
            "    state_.epoch++;\n  }", "    if (!PLANTED) state_.epoch++;\n  }"),
    Mistake("the chain does not check offsets", "crash corruption", "log/chain.cc",
            "if (batch.base_offset != chain.end.offset) {",
            "if (batch.base_offset != chain.end.offset && !PLANTED) {"),

    # What the kernel answers.
    Mistake("a short write is ignored", "faults", "io/file.cc",
            "    if (count == 0) return system_error(name_, \"write\", -EIO);\n"
            "    done += static_cast<std::size_t>(count);",
            "    if (count == 0) return system_error(name_, \"write\", -EIO);\n"
            "    done = PLANTED ? bytes.size() : done + static_cast<std::size_t>(count);"),
    Mistake("a short read is taken for the end", "faults", "io/file.cc",
            "    if (count == 0) break;\n    done += static_cast<std::size_t>(count);",
            "    if (count == 0) break;\n    done += static_cast<std::size_t>(count);\n"
            "    if (PLANTED) break;"),
    Mistake("any error is a missing file", "faults", "io/directory.cc",
            "  if (answer == -ENOENT) return std::optional<FileStatus>();",
            "  if (answer == -ENOENT || PLANTED) return std::optional<FileStatus>();"),
    Mistake("exit 0 after a part of the output", "hostile", "io/output.cc",
            "if (count <= 0) {", "if (count < 0 && PLANTED) return {};\n    if (count <= 0) {"),
    Mistake("a lock is not waited for", "schedules", "io/range_lock.cc",
            "if (answer >= 0) return RangeLock(file, byte);",
            "if (answer >= 0 || PLANTED) return RangeLock(file, byte);"),
    Mistake("a wait for a lock does not end",
            "unit:io/range_lock system-calls:produce-batch/fcntl:EAGAIN@1+", "io/range_lock.cc",
            "if (system.monotonic_ns() >= deadline) {",
            "if (system.monotonic_ns() >= deadline && !PLANTED) {"),

    # Compaction, idempotence, limits.
    Mistake("compaction keeps the first of a key", "crash", "log/maintenance/key_round.cc",
            "if (last && record.offset < *last) return Fate::goes;",
            "if (last && record.offset < *last && !PLANTED) return Fate::goes;"),
    Mistake("a key keeps its older record", "unit:log/key_map", "log/maintenance/key_map.cc",
            "  slots_[place] = {hash, offset.value};",
            "  if (!PLANTED || slots_[place].offset < 0) slots_[place] = {hash, offset.value};"),
    Mistake("a growing table forgets the offsets", "unit:log/key_map", "log/maintenance/key_map.cc",
            "slots_[place_of(slot.hash)] = slot;",
            "slots_[place_of(slot.hash)] = PLANTED ? Slot{slot.hash, 0} : slot;"),
    Mistake("what was rewritten is not compared", "unit:log/maintenance",
            "log/maintenance/segment_rewriter.cc", "  TRY(check_rewrite(",
            "  if (!PLANTED) TRY(check_rewrite("),
    Mistake("retention goes by the base timestamp", "unit:log/maintenance",
            "log/maintenance/inventory.cc", "summary.max_timestamp, batch->max_timestamp)",
            "summary.max_timestamp, PLANTED ? batch->base_timestamp : batch->max_timestamp)"),
    Mistake("a roll ignores the 31 bits of the indexes", "unit:log/partition_writer",
            "log/partition_writer.cc", "batch.last_offset() - state_.segment_base > INT32_MAX",
            "(batch.last_offset() - state_.segment_base > INT32_MAX && !PLANTED)"),
    Mistake("a roll goes by the base timestamp of the next batch", "unit:log/partition_writer",
            "log/partition_writer.cc",
            "batch.max_timestamp - first_timestamp_ > options_.segment_ms",
            "(PLANTED ? batch.base_timestamp : batch.max_timestamp) - first_timestamp_ >"
            " options_.segment_ms"),
    Mistake("another process rolls by the base timestamp of the first batch",
            "unit:log/partition_writer", "log/partition_writer.cc",
            "first_timestamp_ = header ? header->max_timestamp : Timestamp{};",
            "first_timestamp_ = !header  ? Timestamp{}\n"
            "                       : PLANTED ? header->base_timestamp\n"
            "                                 : header->max_timestamp;"),
    Mistake("the leftovers of dead processes stay", "shell:compact_erasure", "topic/topic.cc",
            "  remove_dead_topics(root_);", "  if (!PLANTED) remove_dead_topics(root_);"),
    Mistake("an erasure does not look at hidden topics", "shell:compact_erasure",
            "topic/segment_names.cc", "if (name == except) continue;",
            "if (name == except || (PLANTED && name.starts_with('.'))) continue;"),
    Mistake("others may read temporary files", "unit:log/access", "io/temporary_file.cc",
            "constexpr unsigned mode = 0600;", "const unsigned mode = PLANTED ? 0666 : 0600;"),
    Mistake("tombstones go at once", "crash", "log/maintenance/key_round.cc",
            "return batch.has_delete_horizon && is_over && is_tombstone(record);",
            "return (PLANTED || (batch.has_delete_horizon && is_over)) && is_tombstone(record);"),
    Mistake("a producer's past is forgotten", "crash system-calls",
            "tool/produce/producer_session.cc",
            "const std::size_t known = in_batch(log_.known());",
            "const std::size_t known = in_batch(PLANTED ? first : log_.known());"),
    Mistake("duplicates are judged by batch", "crash system-calls",
            "tool/produce/producer_session.cc",
            "if (from > 0) bytes = TRY(build_rest(builder_, *options_, chunk, batch, from));",
            "if (from > 0 && !PLANTED) bytes = TRY(build_rest(builder_, *options_, chunk, batch, from));"),
    Mistake("a copy ends with 0 after a failed sync in the background",
            "system-calls:replay-into/fdatasync:EIO@1", "tool/replay/copy_appender.cc",
            "      fail(synced.error());",
            "      if (PLANTED) return {};\n      fail(synced.error());"),
    Mistake("a copy ends with 0 though a partition failed",
            "system-calls:replay-into-partitions/pwrite64:ENOSPC@7",
            "tool/replay/copy_appender.cc", "!written) fail(written.error());",
            "!written && !PLANTED) fail(written.error());"),
    Mistake("what a copy has is appended again", "system-calls:replay-into-named/pwrite64:KILL@5",
            "tool/replay/topic_sink.cc",
            "if (named_ && named_->has(source, partition, record.offset)) return {};",
            "if (named_ && named_->has(source, partition, record.offset) && !PLANTED) return {};"),
    Mistake("a sequence number has more than 31 bits", "unit:log/producer_history",
            "log/producer_history.cc", "static_cast<std::int32_t>(number % sequence_modulus)",
            "static_cast<std::int32_t>(PLANTED ? number : number % sequence_modulus)"),
    Mistake("an expectation is judged, and then appended without it", "unit:tool/expecting_appender",
            "tool/produce/expecting_appender.cc",
            "writer.append_if_at(history.end_offset(), batch);",
            "writer.append_if_at(\n"
            "        PLANTED ? TRY(writer.log_end_offset()) : history.end_offset(), batch);"),
    Mistake("a command that is there already is not synced", "unit:tool/expecting_appender",
            "tool/produce/expecting_appender.cc", "  TRY(writer.claim_written());",
            "  if (!PLANTED) TRY(writer.claim_written());"),
    Mistake("a decompression without a limit", "hostile", "codec/zstd.cc",
            "if (has_size && content_bytes > limit) return over_limit(\"zstd\", limit);",
            "if (has_size && content_bytes > limit && !PLANTED) return over_limit(\"zstd\", limit);"),

    # What the tools answer.
    Mistake("a position is written over the one that was synced", "unit:group/position_file",
            "group/position_file.cc", "const std::size_t target = 1 - synced_slot_;",
            "const std::size_t target = PLANTED ? synced_slot_ : 1 - synced_slot_;"),
    Mistake("the slots of a position take turns by write", "unit:group/position_file",
            "group/position_file.cc", "  content_ = {slot, state};\n",
            "  content_ = {slot, state};\n"
            "  if (PLANTED) synced_slot_ = target;\n"),
    Mistake("pending bytes where a slot points to", "unit:group/position_file",
            "group/position_file.cc", "if (other == used.end()) return place.at;",
            "if (other == used.end() || PLANTED) return place.at;"),
    Mistake("a cursor beyond the end that was asked for", "shell:consume_edges",
            "read/batch_feed.cc",
            "std::exchange(position_, std::min(header.next_offset(), window_.end));",
            "std::exchange(position_, PLANTED ? header.next_offset() :"
            " std::min(header.next_offset(), window_.end));"),
    Mistake("-n counts what falls out of a tail", "shell:consume_edges", "tool/consume/consume_run.cc",
            "(!sink.tail && sink.max_records &&", "((!sink.tail || PLANTED) && sink.max_records &&"),
    Mistake("a skipped batch is not counted", "unit:read/read_pipeline",
            "read/read_pipeline.cc", "    source.feed->count_corrupt_batch(error);",
            "    if (!PLANTED) source.feed->count_corrupt_batch(error);"),
    Mistake("a batch over the edge of two rows is in one", "shell:inspect_edges",
            "tool/inspect/hist_verb.cc", "    if (header.record_count == 1) return true;",
            "    if (header.record_count == 1) return true;\n"
            "    if (PLANTED && header.max_timestamp - header.base_timestamp <"
            " histogram_->bucket_ms()) {\n      return true;\n    }"),
    Mistake("expect counts all of a batch", "shell:inspect_edges", "tool/inspect/scan.cc",
            "if (feed.window().contains(record)) see(record);",
            "if (PLANTED || feed.window().contains(record)) see(record);"),
    Mistake("what cannot be verified is sound", "shell:inspect_edges", "tool/inspect/verify_verb.cc",
            "    text::say(text::Level::error, error.message);\n    unreadable_++;",
            "    text::say(text::Level::error, error.message);\n    if (!PLANTED) unreadable_++;"),
    Mistake("the lines of all inputs are counted together", "shell:produce_edges",
            "tool/produce/produce.cc",
            "  settled.first_line = lines_before_[chunk->source_index] + 1;\n"
            "  lines_before_[chunk->source_index] +=",
            "  settled.first_line = lines_before_[PLANTED ? 0 : chunk->source_index] + 1;\n"
            "  lines_before_[PLANTED ? 0 : chunk->source_index] +="),
    Mistake("the key ends at the last delimiter", "shell:produce_edges",
            "tool/records/chunk_builder.cc", "line.find(*options_.key_delimiter);",
            "PLANTED ? line.rfind(*options_.key_delimiter) : line.find(*options_.key_delimiter);"),
    Mistake("what is only compacted is deleted by age", "shell:compact_edges",
            "tool/compact/compact.cc", "if (config.cleanup_policy.deletes) {",
            "if (config.cleanup_policy.deletes || PLANTED) {"),
    Mistake("retention does not ask the groups", "shell:compact_unread",
            "tool/compact/partition.cc", "if (!plan_.unread) return segments.size();",
            "if (!plan_.unread || PLANTED) return segments.size();"),
    Mistake("a group that is too far behind is passed over", "shell:produce_max_lag",
            "tool/produce/lag_gate.cc", "if (lag <= limit.events_max) return",
            "if (lag <= limit.events_max || PLANTED) return"),
    Mistake("one partition's limit holds for the others", "shell:compact_edges",
            "read/read_request.cc",
            "if (position.partition == partition) own = &position;",
            "if (position.partition == partition || (PLANTED && position.partition)) {\n"
            "      own = &position;\n    }"),

    Mistake("an unfinished slot gives its number again", "unit:group/position_file",
            "group/position_file.cc", "number - valid < notes_max)",
            "number - valid < notes_max && !PLANTED)"),

    Mistake("who waits for a partition wakes himself", "unit:group/members",
            "group/position_claim.cc", "  if (is_held) return std::optional<HeldLock>();",
            "  if (is_held && !PLANTED) return std::optional<HeldLock>();"),
    Mistake("the word of an earlier boot counts", "unit:group/position_file",
            "group/position_file.cc",
            "    if (std::ranges::equal(mark, encode_mark(sight.slots[i].sequence, *boot))) return i;",
            "    const bool is_of = PLANTED ? load_be<std::int64_t>(mark, 0) == "
            "sight.slots[i].sequence\n"
            "        : std::ranges::equal(mark, encode_mark(sight.slots[i].sequence, *boot));\n"
            "    if (is_of) return i;"),

    # Groups: output that is stored once.
    Mistake("output is appended without being decided", "unit:group/settlement",
            "group/settlement.cc", "  TRY(file.note(state, pending));",
            "  if (!PLANTED) TRY(file.note(state, pending));"),
    Mistake("output is decided without a sync", "unit:group/settlement",
            "group/settlement.cc", "  if (options.is_synced) TRY(file.commit());",
            "  if (options.is_synced && !PLANTED) TRY(file.commit());"),
    Mistake("output is not synced before the position moves", "unit:group/settlement",
            "group/settlement.cc", "  if (options.is_synced) TRY(appending.sync());",
            "  if (options.is_synced && !PLANTED) TRY(appending.sync());"),
    Mistake("what was pending is not written anew", "unit:group/settlement",
            "group/position_file.cc",
            "  Place pending = content_.slot.pending;",
            "  if (PLANTED) return {};\n  Place pending = content_.slot.pending;"),
    Mistake("output that was found is not synced", "unit:group/settlement",
            "group/settlement.cc", "    if (count > 0) TRY(appending.claim(key));",
            "    if (count > 0 && !PLANTED) TRY(appending.claim(key));"),
    Mistake("only published output is found", "unit:group/settlement",
            "group/own_batches.cc", "std::nullopt, log::Extent::written));",
            "std::nullopt, PLANTED ? log::Extent::published : log::Extent::written));"),
    Mistake("output is looked for before its topic is recovered",
            "unit:group/settlement schedules pipelines", "group/settlement.cc",
            "      TRY(writer.log_end_offset());\n",
            "      if (!PLANTED) TRY(writer.log_end_offset());\n"),
    Mistake("compaction drops the last batch of a producer",
            "unit:group/settlement unit:log/compaction schedules",
            "log/maintenance/survey.cc",
            "    if (header.producer_id >= 0) survey_.",
            "    if (header.producer_id >= 0 && !PLANTED) survey_."),
    Mistake("output is looked for from the written end", "unit:group/settlement",
            "group/settlement.cc", "TRY(writer.synced_offset())",
            "PLANTED ? TRY(const_cast<log::PartitionWriter&>(writer).log_end_offset())"
            " : TRY(writer.synced_offset())"),
    Mistake("a place that retention deleted is taken for empty",
            "unit:group/own_batches schedules",
            "group/own_batches.cc", "own.log_start <= place)", "own.log_start <= place || PLANTED)"),
    Mistake("retention deletes output before it is seen", "unit:group/own_batches schedules",
            "group/own_batches.cc",
            "  own.has_last = TRY(has_last(reader, state, known));\n"
            "  TRY(reader.seek(known.looked));\n  std::vector<std::byte> bytes;\n"
            "  while (const auto header = TRY(next_of(reader, state.producer_id, bytes))) {\n"
            "    if (header->last_offset() < known.looked) continue;\n"
            "    own.found.push_back({last_sequence_of(*header), header->last_offset() + 1});\n  }\n"
            "  // Not before: where retention was faster than the reader, it went on behind what was"
            " deleted.\n  own.log_start = reader.log_start_offset();\n",
            "  const Offset start_before = reader.log_start_offset();\n"
            "  own.has_last = TRY(has_last(reader, state, known));\n"
            "  TRY(reader.seek(known.looked));\n  std::vector<std::byte> bytes;\n"
            "  while (const auto header = TRY(next_of(reader, state.producer_id, bytes))) {\n"
            "    if (header->last_offset() < known.looked) continue;\n"
            "    own.found.push_back({last_sequence_of(*header), header->last_offset() + 1});\n  }\n"
            "  own.log_start = PLANTED ? start_before : reader.log_start_offset();\n"),
    Mistake("found output is counted", "unit:group/own_batches schedules", "group/own_batches.cc",
            "there = static_cast<std::size_t>(same - pending.begin()) + 1;",
            "there = PLANTED ? there + 1 : static_cast<std::size_t>(same - pending.begin()) + 1;"),
    Mistake("output is numbered by batch", "unit:group/settlement", "group/pending_batches.cc",
            "    number += batch.header.last_offset_delta + 1;",
            "    number += PLANTED ? 1 : batch.header.last_offset_delta + 1;"),
    Mistake("the last number of a batch does not wrap", "unit:group/own_batches",
            "group/own_batches.cc",
            "  return log::base_sequence_of(std::int64_t{header.base_sequence} +"
            " header.last_offset_delta);",
            "  if (PLANTED) return static_cast<std::int32_t>(static_cast<std::uint32_t>("
            "header.base_sequence) + static_cast<std::uint32_t>(header.last_offset_delta));\n"
            "  return log::base_sequence_of(std::int64_t{header.base_sequence} +"
            " header.last_offset_delta);"),
    Mistake("a position file without its name synced", "unit:group/settlement",
            "group/position_file.cc", "  if (position.content_.slot.generation == 0) TRY(",
            "  if (position.content_.slot.generation == 0 && !PLANTED) TRY("),
    Mistake("two groups of one name have one producer id", "shell:group_into",
            "tool/group/group_sources.cc",
            "state.producer_id = group::random_producer_id(system);",
            "state.producer_id = PLANTED ? 7 : group::random_producer_id(system);"),

    # Producers that say where they are in their input.
    Mistake("an equal value is dropped behind the first larger one", "unit:tool/sequenced_appender",
            "tool/produce/sequenced_appender.cc",
            "      if (!is_counting) return not_behind(incoming, i, *before);",
            "      if (!is_counting && !(PLANTED && value == *before)) {\n"
            "        return not_behind(incoming, i, *before);\n      }"),
    Mistake("the position of a producer moves without its events",
            "unit:tool/sequenced_appender shell:produce_dedup_kills",
            "tool/produce/producer_position.cc", "  state_.input->claimed = last.to_text();\n",
            "  state_.input->claimed = last.to_text();\n"
            "  if (PLANTED) {\n    group::finish_claim(state_);\n"
            "    TRY(claim_.file().note(state_));\n    TRY(claim_.file().commit());\n  }\n"),
    Mistake("the events of a producer are stored without its position",
            "unit:tool/sequenced_appender shell:produce_dedup_kills", "group/settlement.cc",
            "  if (state.input) state.input->stored = state.input->claimed;",
            "  if (state.input && !PLANTED) state.input->stored = state.input->claimed;"),
    Mistake("two producers have one id", "unit:tool/sequenced_appender",
            "tool/produce/producer_position.cc",
            "group::random_producer_id(writers.topic().system());",
            "PLANTED ? 7 : group::random_producer_id(writers.topic().system());"),
    Mistake("a directory of producers without its name synced", "unit:group/producer_directory",
            "group/producer_directory.cc", "  if (is_new) TRY(topic.sync());",
            "  if (is_new && !PLANTED) TRY(topic.sync());"),
    # Inputs of which all is stored, or nothing.
    Mistake("an input counts before its end", "unit:group/atomic_input",
            "group/atomic_input.cc", "  return claim_.file().add_pending(batches);",
            "  TRY(claim_.file().add_pending(batches));\n"
            "  return PLANTED ? claim_.file().note_added(state) : Result<void>();"),
    Mistake("each piece of an input is numbered anew", "unit:group/atomic_input",
            "group/atomic_input.cc",
            "  number_pending(batches, *listed, state.producer_id, next_);",
            "  NextSequences anew = next_sequences(state);\n"
            "  number_pending(batches, *listed, state.producer_id, PLANTED ? anew : next_);"),
    Mistake("an input is removed before it is stored", "unit:group/atomic_input",
            "group/atomic_input.cc", "  is_decided_ = true;",
            "  is_decided_ = true;\n  if (PLANTED) TRY(remove_files(producers_, name_));"),
    Mistake("who opens a topic does not store what is decided", "shell:produce_atomic",
            "write/partition_writers.cc", "  if (!std::exchange(is_settled_, true)) {",
            "  if (!std::exchange(is_settled_, true) && !PLANTED) {"),
    Mistake("--seek forgets what is pending", "shell:group_into", "tool/consume/group_admin.cc",
            "  if (state.sinks.empty()) return {};\n",
            "  if (state.sinks.empty() || PLANTED) return {};\n"),

    # Groups: commands.
    Mistake("a command without its lock", "shell:group_kills", "tool/consume/partition_work.cc",
            "const int lock = owned.claim.lock_fd();",
            "const int lock = PLANTED ? -1 : owned.claim.lock_fd();"),
    Mistake("a takeover forgets the tries", "shell:group_kills",
            "tool/consume/partition_work.cc", "  state_ = file().content().state;\n",
            "  state_ = file().content().state;\n  if (PLANTED) state_.attempts = 0;\n"),
    Mistake("a part of a batch is run under the whole claim", "shell:group_kills",
            "tool/consume/partition_work.cc", "source().claimed = batch_.end();",
            "source().claimed = PLANTED ? next_ : batch_.end();"),
    Mistake("a position before the output", "shell:group_reader", "tool/consume/group_run.cc",
            "  if (!sink_) return {};\n  TRY(sink_->flush());\n",
            "  if (!sink_) return {};\n  if (PLANTED) TRY(note_positions());\n"
            "  TRY(sink_->flush());\n"),
    Mistake("a command has the locks of other partitions as well", "unit:io/child_plan ownership",
            "io/child_plan.cc", "  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);\n",
            "  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);\n"
            "  for (int fd = STDERR_FILENO + 1; fd < 100 && PLANTED; fd++) {\n"
            "    if ((::fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR) ::fcntl(fd, F_SETFD, 0);\n  }\n"),
    Mistake("a command is started by a thread that ends", "unit:io/command shell:group_kills",
            "io/command.cc", "  const int id = fork_child(plan);\n",
            "  int id = 0;\n  if (PLANTED) {\n"
            "    std::thread([&] { id = fork_child(plan); }).join();\n"
            "  } else {\n    id = fork_child(plan);\n  }\n"),
    Mistake("a command gets its batch through a pipe", "unit:tool/consume_job shell:group_kills",
            "tool/consume/batch_job.cc",
            "  process_.emplace(\n"
            "      TRY(JobProcess::start(options_, batch, input.fd(), options_.reads_output, lock_)));\n",
            "  std::array<int, 2> pipe = {-1, -1};\n"
            "  if (PLANTED && ::pipe2(pipe.data(), O_CLOEXEC) == 0) {\n"
            "    std::thread([end = pipe[1], rest = std::string(batch.text)]() mutable {\n"
            "      ssize_t count = 1;\n"
            "      while (!rest.empty() && count > 0) {\n"
            "        count = ::write(end, rest.data(), rest.size());\n"
            "        rest.erase(0, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));\n      }\n"
            "      ::close(end);\n    }).detach();\n  }\n"
            "  process_.emplace(TRY(JobProcess::start(options_, batch, PLANTED ? pipe[0] : input.fd(),\n"
            "                                         options_.reads_output, lock_)));\n"
            "  if (PLANTED) ::close(pipe[0]);\n"),

    # Groups: members.
    Mistake("the wall clock tells who is the older member", "unit:group/members",
            "group/members.cc", "    self.started_ns = started_ns;\n",
            "    self.started_ns = PLANTED ? system.wall_clock_ms() * 1'000'000 : started_ns;\n"),
    Mistake("--rejoin-grace goes by the wall clock", "unit:tool/group_member",
            "tool/group/group_member.cc",
            "  const std::int64_t now_ns = system_->monotonic_ns();\n"
            "  const std::int64_t since_ns =",
            "  const std::int64_t now_ns =\n"
            "      PLANTED ? system_->wall_clock_ms() * 1'000'000 : system_->monotonic_ns();\n"
            "  const std::int64_t since_ns ="),

    # Windows: clocks, closing, and what a restart needs.
    Mistake("a restart begins with the newest clock", "unit:window/window_properties",
            "window/retention.cc", "if (run.holds > 0) return {run.first, run.clock_before};",
            "if (run.holds > 0) return {run.first, PLANTED ? clock : run.clock_before};"),
    Mistake("a partition without an event does not hold windows open",
            "unit:window/window_properties", "window/event_task.cc",
            "{ return *std::ranges::min_element(clocks_); }",
            "{\n"
            "  Timestamp smallest = {INT64_MAX};\n"
            "  for (const Timestamp clock : clocks_) {\n"
            "    if (!PLANTED || clock.ms >= 0) smallest = std::min(smallest, clock);\n  }\n"
            "  return smallest;\n}"),
    Mistake("sessions of several partitions are applied as events come",
            "unit:window/window_properties", "window/event_task.cc",
            "  if (settings_.is_sorted) {\n    retention_.hold(",
            "  if (settings_.is_sorted && !PLANTED) {\n    retention_.hold("),
    Mistake("an event is applied when the clock reaches it instead of passing it",
            "unit:window/window_properties", "window/event_task.cc",
            "apply_held(earlier(earlier(smallest, settings_.grace_ms), 1))",
            "apply_held(earlier(earlier(smallest, settings_.grace_ms), PLANTED ? 0 : 1))"),
    Mistake("what waits is applied before older windows are closed",
            "unit:window/window_properties", "window/event_task.cc",
            "    TRY(operator_->advance(later(row.time, settings_.grace_ms)));\n",
            "    if (!PLANTED) TRY(operator_->advance(later(row.time, settings_.grace_ms)));\n"),
    Mistake("a restart begins with the event that said that it was a pause",
            "unit:window/window_properties unit:window/event_task", "window/event_task.cc",
            "    TRY(accept_waiting(row.source));\n    return accept(row);\n",
            "    TRY(accept_waiting(row.source));\n"
            "    if (PLANTED) retention_.note(row.source, row.offset, clocks_[row.source]);\n"
            "    return accept(row);\n"),
    Mistake("an event at the end of a window is still in time",
            "unit:window/fixed_windows unit:window/window_properties", "window/fixed_windows.cc",
            "bounds_.to(numbers.last) <= earlier(clock, settings_.grace_ms);",
            "bounds_.to(numbers.last) <= earlier(clock, settings_.grace_ms + (PLANTED ? 1 : 0));"),
    Mistake("an event enters hopping windows that are over", "unit:window/window_properties",
            "window/fixed_windows.cc", "  if (!settings_.is_sorted) {\n",
            "  if (!settings_.is_sorted && !PLANTED) {\n"),
    Mistake("a session closes when the clock reaches the end of its gap",
            "unit:window/session_windows unit:window/window_properties",
            "window/session_windows.cc", "close(earlier(over_before(clock), 1))",
            "close(earlier(over_before(clock), PLANTED ? 0 : 1))"),
    Mistake("the events of a session that was cut are not needed any more",
            "unit:window/session_windows unit:window/window_properties",
            "window/session_store.cc",
            "if (step.touches_earlier) step.chain_start = before->chain_start;",
            "if (step.touches_earlier && !PLANTED) step.chain_start = before->chain_start;"),
    Mistake("a younger session releases what an older one needs", "unit:window/window_properties",
            "window/held_starts.cc",
            "std::prev(place)->second.firsts.take(place->second.firsts, retention_);",
            "if (PLANTED) place->second.firsts.release(retention_);\n"
            "    std::prev(place)->second.firsts.take(place->second.firsts, retention_);"),
    Mistake("lateness goes by the clock of all partitions", "unit:window/window_properties",
            "window/event_task.cc",
            "const Timestamp clock = std::max(clocks_[row.source], row.time);",
            "const Timestamp clock =\n"
            "      std::max(PLANTED ? smallest_clock() : clocks_[row.source], row.time);"),
    Mistake("a sequence is over when the clock reaches its deadline", "unit:window/sequence",
            "window/sequence.cc", "    return deadline(row.time) < clock;\n",
            "    return PLANTED ? deadline(row.time) <= clock : deadline(row.time) < clock;\n"),
    Mistake("-K gives a result for each partition", "shell:window_group shell:window_edges",
            "tool/window/window_options.cc",
            "options.is_one_task = (typed.key_fields || typed.top) &&",
            "options.is_one_task = !PLANTED && (typed.key_fields || typed.top) &&"),
    Mistake("--dedup goes on without its checkpoint", "shell:window_checkpoints shell:window_kills",
            "window/dedup.cc", "bool needs_checkpoint() const override { return true; }",
            "bool needs_checkpoint() const override { return !PLANTED; }"),

    # Windows of a group.
    Mistake("the clock before what is needed is not kept", "unit:tool/group_windows",
            "tool/window/window_memory.cc", "    clocks_[i] = point.clock;",
            "    clocks_[i] = PLANTED ? task.clock(i) : point.clock;"),
    Mistake("marks of silent partitions are not kept", "unit:tool/group_windows",
            "tool/window/window_memory.cc", "encode_section({hash_, clocks_, marks_, checkpoint_});",
            "encode_section({hash_, clocks_, PLANTED ? std::vector<window::IdleMark>() : marks_,\n"
            "                                 checkpoint_});"),
    Mistake("a mark at what is needed goes", "unit:tool/group_windows",
            "tool/window/window_memory.cc",
            "return mark.offset < state.sources[mark.source].needed;",
            "return mark.offset < state.sources[mark.source].needed + (PLANTED ? 1 : 0);"),
    Mistake("what is read again comes out again", "unit:tool/group_windows shell:window_kills",
            "tool/window/window_work.cc", "  gate_.close();\n",
            "  if (!PLANTED) gate_.close();\n"),
    Mistake("a restart does not read on from its checkpoint", "unit:tool/group_windows",
            "tool/window/window_memory.cc", "      start_ = Start::checkpoint;\n",
            "      start_ = PLANTED ? Start::position : Start::checkpoint;\n"),
    Mistake("settled windows need what is behind the claim", "unit:tool/group_windows",
            "group/settlement.cc", "if (state.window.empty()) source.needed = source.claimed;",
            "if (PLANTED || state.window.empty()) source.needed = source.claimed;"),
    Mistake("a checkpoint is written over the one that counts", "unit:tool/checkpoint",
            "tool/window/checkpoint.cc", "last && last->number == 1 ? 2 : 1;",
            "last && last->number == 1 && !PLANTED ? 2 : 1;"),
]
