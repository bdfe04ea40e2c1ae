add_test(NAME prove/ownership
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/ownership.py $<TARGET_FILE_DIR:estream-produce>
    --seconds 10 --seed 1)
add_test(NAME prove/ownership_self_test
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/ownership.py $<TARGET_FILE_DIR:estream-produce>
    --self-test --seed 1)
set_tests_properties(prove/ownership prove/ownership_self_test PROPERTIES LABELS prove TIMEOUT 600)
