# Not under sanitizers: LeakSanitizer cannot be traced.
add_test(NAME prove/chaos
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/chaos.py $<TARGET_FILE_DIR:estream-produce>
    --seconds 20 --seed 1)
add_test(NAME prove/chaos_self_test
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/chaos.py $<TARGET_FILE_DIR:estream-produce>
    --self-test --seed 1)
set_tests_properties(prove/chaos prove/chaos_self_test PROPERTIES LABELS "prove;release" TIMEOUT 600)
