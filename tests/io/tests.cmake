target_sources(estream_tests PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/../support/memory_system.cc
  ${CMAKE_CURRENT_LIST_DIR}/../support/memory_system_access.cc
  ${CMAKE_CURRENT_LIST_DIR}/../support/memory_system_crash.cc)
estream_test(io/child_plan)
estream_test(io/command)
estream_test(io/deadline)
estream_test(io/directories)
estream_test(io/directory)
estream_test(io/file)
estream_test(io/memory_file)
estream_test(io/memory_system)
estream_test(io/ordered_pipeline)
estream_test(io/output)
estream_test(io/posix_system)
estream_test(io/range_lock)
