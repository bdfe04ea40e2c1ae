add_test(NAME prove/pipelines
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/pipelines.py $<TARGET_FILE_DIR:estream-produce>
    --seconds 10 --seed 1)
add_test(NAME prove/pipelines_self_test
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/pipelines.py $<TARGET_FILE_DIR:estream-produce>
    --self-test --seed 1)
set_tests_properties(prove/pipelines prove/pipelines_self_test PROPERTIES LABELS prove TIMEOUT 600)
