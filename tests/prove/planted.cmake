# The programs with all the mistakes of mistakes.py in them, one of which ESTREAM_PLANTED chooses, from
# the library with changed copies of some of its sources.
set(planted_directory ${CMAKE_CURRENT_BINARY_DIR}/planted)
execute_process(COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/plant.py --files
  OUTPUT_VARIABLE planted_files OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" planted_files "${planted_files}")
list(TRANSFORM planted_files PREPEND ${planted_directory}/ OUTPUT_VARIABLE planted_sources)
list(TRANSFORM planted_files PREPEND ${CMAKE_SOURCE_DIR}/lib/ OUTPUT_VARIABLE unplanted_sources)
add_custom_command(OUTPUT ${planted_sources} ${planted_directory}/planted.h
  COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/plant.py ${planted_directory}
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/plant.py ${CMAKE_CURRENT_LIST_DIR}/mistakes.py
          ${unplanted_sources})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_LIST_DIR}/mistakes.py)

get_target_property(sound_sources estream SOURCES)
list(REMOVE_ITEM sound_sources ${unplanted_sources})
get_target_property(parts estream LINK_LIBRARIES)
add_library(estream_planted STATIC EXCLUDE_FROM_ALL ${sound_sources} ${planted_sources})
target_include_directories(estream_planted PUBLIC ${CMAKE_SOURCE_DIR}/lib ${planted_directory})
# g++ 12 sees a string of a failed TRY on the heap that was not allocated; with -O1, and nowhere else.
target_compile_options(estream_planted PRIVATE -O1 $<$<CXX_COMPILER_ID:GNU>:-Wno-free-nonheap-object>)
target_link_libraries(estream_planted PUBLIC ${parts})
estream_join_sources(estream_planted)

add_custom_target(planted)
function(estream_planted_program name)
  add_executable(planted-${name} EXCLUDE_FROM_ALL ${ARGN})
  set_target_properties(planted-${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${planted_directory}/bin OUTPUT_NAME ${name})
  target_link_libraries(planted-${name} PRIVATE estream_planted)
  add_dependencies(planted planted-${name})
endfunction()
estream_planted_program(estream_prove $<TARGET_OBJECTS:estream_prove>)
foreach(verb produce consume replay compact inspect window)
  estream_planted_program(estream-${verb} ${CMAKE_SOURCE_DIR}/apps/estream-${verb}.cc)
endforeach()

# Of the unit tests those that have to find a mistake.
file(READ ${CMAKE_CURRENT_LIST_DIR}/mistakes.py mistakes)
string(REGEX MATCHALL "unit:[a-z_/]+" unit_tests "${mistakes}")
list(REMOVE_DUPLICATES unit_tests)
list(TRANSFORM unit_tests REPLACE "unit:(.+)" "${CMAKE_SOURCE_DIR}/tests/\\1_test.cc")
estream_planted_program(estream_tests ${unit_tests} ${CMAKE_SOURCE_DIR}/tests/main.cc
  ${CMAKE_SOURCE_DIR}/tests/support/memory_system.cc
  ${CMAKE_SOURCE_DIR}/tests/support/memory_system_access.cc
  ${CMAKE_SOURCE_DIR}/tests/support/memory_system_crash.cc)
target_include_directories(planted-estream_tests PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_compile_options(planted-estream_tests PRIVATE -O0)
target_link_libraries(planted-estream_tests PRIVATE doctest::doctest)
