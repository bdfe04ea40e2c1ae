# Not under sanitizers: LeakSanitizer cannot be traced. scripts/test runs the suite itself by
# scripts/prove.
add_test(NAME prove/system_calls_self_test
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/system_calls_self_test.py
  $<TARGET_FILE_DIR:estream-produce>)
set_tests_properties(prove/system_calls_self_test PROPERTIES LABELS "prove;release" TIMEOUT 300)
