# Not under sanitizers: LeakSanitizer cannot be traced.
add_test(NAME prove/system_calls COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/system_calls.py
  $<TARGET_FILE_DIR:estream-produce> --seconds 20 --seed 1)
set_tests_properties(prove/system_calls PROPERTIES LABELS "prove;release" TIMEOUT 600)
add_test(NAME prove/system_calls_self_test
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/system_calls_self_test.py
  $<TARGET_FILE_DIR:estream-produce>)
set_tests_properties(prove/system_calls_self_test PROPERTIES LABELS "prove;release" TIMEOUT 300)
