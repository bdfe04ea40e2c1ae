# Not under sanitizers: LeakSanitizer cannot be traced. scripts/test runs the suite itself by
# scripts/prove.
add_test(NAME prove/chaos_self_test
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/chaos.py $<TARGET_FILE_DIR:estream-produce>
    --self-test --seed 1)
set_tests_properties(prove/chaos_self_test PROPERTIES LABELS "prove;release" TIMEOUT 600)
