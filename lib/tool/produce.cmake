target_sources(estream PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/acknowledger.cc
  ${CMAKE_CURRENT_LIST_DIR}/appender.cc
  ${CMAKE_CURRENT_LIST_DIR}/background_sync.cc
  ${CMAKE_CURRENT_LIST_DIR}/chunk_builder.cc
  ${CMAKE_CURRENT_LIST_DIR}/chunk_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/partition_writers.cc
  ${CMAKE_CURRENT_LIST_DIR}/produce.cc
  ${CMAKE_CURRENT_LIST_DIR}/produce_options.cc
  ${CMAKE_CURRENT_LIST_DIR}/producer_session.cc
  ${CMAKE_CURRENT_LIST_DIR}/reject_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/versions.cc)
