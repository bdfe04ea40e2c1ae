estream_shell_test(compact_retention shell)
estream_shell_test(compact_keys shell)
estream_shell_test(compact_settings shell)
estream_shell_test(compact_kafka shell)
estream_shell_test(compact_dry_run shell)
estream_shell_test(compact_edges shell)
estream_shell_test(compact_erasure shell)
estream_shell_test(compact_unread shell)

add_test(NAME stress/compact_live
  COMMAND ${python3} ${CMAKE_SOURCE_DIR}/tests/stress/compact_live.py
          $<TARGET_FILE_DIR:estream-compact> --rounds 30)
add_test(NAME stress/compact_live_kills
  COMMAND ${python3} ${CMAKE_SOURCE_DIR}/tests/stress/compact_live.py
          $<TARGET_FILE_DIR:estream-compact> --rounds 30 --kills)
set_tests_properties(stress/compact_live stress/compact_live_kills
  PROPERTIES LABELS release TIMEOUT 600)

add_test(NAME kafka/compact_dump_test
  COMMAND ${CMAKE_SOURCE_DIR}/tests/kafka/compact_dump_test.sh $<TARGET_FILE_DIR:estream-compact>)
set_tests_properties(kafka/compact_dump_test
  PROPERTIES LABELS kafka SKIP_RETURN_CODE 77 TIMEOUT 600)
