# `cpack` makes a package for Debian, and an archive of the same files. scripts/package makes the former.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME estream)
set(CPACK_PACKAGE_VENDOR estream)
set(CPACK_PACKAGE_CONTACT "estream developers <developers@estream.invalid>")  # There is no list yet.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "event streaming without a server, in Kafka's file format")
set(CPACK_PACKAGE_DESCRIPTION_FILE ${CMAKE_CURRENT_LIST_DIR}/debian/description)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_RESOURCE_FILE_README ${PROJECT_SOURCE_DIR}/README.md)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage.cmake)
# The component has all files. It is named so that a package does not replace install_manifest.txt, which
# is what `uninstall` knows of an installation.
set(CPACK_INSTALL_CMAKE_PROJECTS
  "${PROJECT_BINARY_DIR};estream;${CMAKE_INSTALL_DEFAULT_COMPONENT_NAME};/")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
