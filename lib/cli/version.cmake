# Writes the commit of the git tree SOURCE into the header HEADER, as ESTREAM_COMMIT: each build runs
# this, and only a change of the commit changes the header. Without git, or in an archive of the
# sources, which has no .git of its own, the commit is empty.
cmake_minimum_required(VERSION 3.25)
set(commit "")
find_program(git git)
if(git AND EXISTS ${SOURCE}/.git)
  execute_process(
    COMMAND ${git} --no-optional-locks describe --always --dirty --exclude=*
    WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
    RESULT_VARIABLE status)
  if(status EQUAL 0 AND described MATCHES "^[0-9a-f]+(-dirty)?$")
    set(commit ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define ESTREAM_COMMIT \"@commit@\"\n" @ONLY)
