target_sources(estream PRIVATE
  arrival_watch.cc batch_feed.cc batch_stage.cc consume.cc consume_options.cc consume_run.cc
  consume_table.cc cursor_file.cc decode_pool.cc partition_source.cc read_pipeline.cc
  read_window.cc record_merge.cc record_sink.cc record_text.cc start_position.cc transactions.cc)
