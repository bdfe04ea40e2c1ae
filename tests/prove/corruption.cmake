add_test(NAME prove/corruption
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/corruption.py $<TARGET_FILE_DIR:estream-produce>
    --seconds 10 --seed 1)
set_tests_properties(prove/corruption PROPERTIES LABELS prove TIMEOUT 600)
