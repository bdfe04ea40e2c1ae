# Under sanitizers it takes minutes, most of them to start programs.
add_test(NAME prove/hostile COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/hostile.py
  $<TARGET_FILE_DIR:estream-produce> --seed 1)
set_tests_properties(prove/hostile PROPERTIES LABELS "prove;release" TIMEOUT 600)
