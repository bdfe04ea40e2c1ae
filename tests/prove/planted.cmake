# The programs with all the mistakes of mistakes.py in them, one of which ESTREAM_PLANTED chooses. Only
# the sources that have one are compiled again; the rest is what everything else is linked from.
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

add_library(estream_planted OBJECT EXCLUDE_FROM_ALL ${planted_sources})
target_include_directories(estream_planted PRIVATE ${planted_directory})
target_link_libraries(estream_planted PRIVATE estream CLI11::CLI11 fmt::fmt nlohmann_json::nlohmann_json)

add_custom_target(planted)
function(estream_planted_program name)
  add_executable(planted-${name} EXCLUDE_FROM_ALL
    $<TARGET_OBJECTS:${name}> $<TARGET_OBJECTS:estream_planted>)
  set_target_properties(planted-${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${planted_directory}/bin OUTPUT_NAME ${name})
  target_link_libraries(planted-${name} PRIVATE estream ${ARGN})
  add_dependencies(planted planted-${name})
endfunction()
estream_planted_program(estream_prove fmt::fmt nlohmann_json::nlohmann_json simdjson::simdjson)
estream_planted_program(estream_tests doctest::doctest fmt::fmt nlohmann_json::nlohmann_json
  simdjson::simdjson PkgConfig::parts Snappy::snappy ZLIB::ZLIB)
foreach(verb produce consume replay compact inspect)
  estream_planted_program(estream-${verb})
endforeach()
