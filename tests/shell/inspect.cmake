estream_shell_test(inspect_edges shell)
estream_shell_test(inspect_producers shell)
estream_shell_test(inspect_reports shell)
estream_shell_test(inspect_verify shell)
estream_shell_test(inspect_expect "shell;threads")

add_test(NAME stress/verify_live
  COMMAND ${python3} ${CMAKE_SOURCE_DIR}/tests/stress/verify_live.py
          $<TARGET_FILE_DIR:estream-inspect> --seconds 10)
set_tests_properties(stress/verify_live PROPERTIES LABELS release TIMEOUT 300)
