estream_test(cli/completion)
estream_test(cli/config)
estream_test(cli/environment)
estream_test(cli/help)
estream_test(cli/nearest_word)
estream_test(cli/option_parser)
estream_test(cli/options)
estream_test(cli/progress)
estream_test(cli/run)
estream_test(cli/suggestion)
estream_test(cli/verb)
estream_test(cli/version)

# The scripts of --completion, tried in the real shells.
add_executable(estream_sample ${CMAKE_CURRENT_LIST_DIR}/sample_tool.cc)
set_target_properties(estream_sample PROPERTIES OUTPUT_NAME estream-sample)
target_include_directories(estream_sample PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_link_libraries(estream_sample PRIVATE estream)
add_test(NAME cli/completion_scripts
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/../shell/completion.sh $<TARGET_FILE:estream_sample>)
set_tests_properties(cli/completion_scripts PROPERTIES TIMEOUT 60)
add_test(NAME shell/completion_verbs
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/../shell/completion.sh $<TARGET_FILE:estream-inspect>)
set_tests_properties(shell/completion_verbs PROPERTIES LABELS shell TIMEOUT 600)
foreach(verb produce consume window compact)
  add_test(NAME shell/completion_${verb}
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/../shell/completion.sh $<TARGET_FILE:estream-${verb}>)
  set_tests_properties(shell/completion_${verb} PROPERTIES LABELS shell TIMEOUT 600)
endforeach()
