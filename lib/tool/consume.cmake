target_sources(estream PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/arrival_watch.cc
  ${CMAKE_CURRENT_LIST_DIR}/batch_feed.cc
  ${CMAKE_CURRENT_LIST_DIR}/batch_stage.cc
  ${CMAKE_CURRENT_LIST_DIR}/consume.cc
  ${CMAKE_CURRENT_LIST_DIR}/consume_options.cc
  ${CMAKE_CURRENT_LIST_DIR}/consume_run.cc
  ${CMAKE_CURRENT_LIST_DIR}/cursor_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/decode_pool.cc
  ${CMAKE_CURRENT_LIST_DIR}/partition_source.cc
  ${CMAKE_CURRENT_LIST_DIR}/read_pipeline.cc
  ${CMAKE_CURRENT_LIST_DIR}/read_window.cc
  ${CMAKE_CURRENT_LIST_DIR}/record_merge.cc
  ${CMAKE_CURRENT_LIST_DIR}/record_sink.cc
  ${CMAKE_CURRENT_LIST_DIR}/record_text.cc
  ${CMAKE_CURRENT_LIST_DIR}/start_position.cc
  ${CMAKE_CURRENT_LIST_DIR}/transactions.cc)
