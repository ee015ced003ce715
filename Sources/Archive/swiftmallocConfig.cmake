# swiftmalloc::shared is libswiftmalloc.so, swiftmalloc::static is swiftmalloc.o, a part of the program. Link one of them into the
# executable: malloc and free of the whole process are the library's then.

get_filename_component(_swiftmalloc_libraries "${CMAKE_CURRENT_LIST_DIR}/@cmake_libraries@" ABSOLUTE)
get_filename_component(_swiftmalloc_headers "${CMAKE_CURRENT_LIST_DIR}/@cmake_headers@" ABSOLUTE)

if(NOT TARGET swiftmalloc::shared AND EXISTS "${_swiftmalloc_libraries}/libswiftmalloc.so")
  add_library(swiftmalloc::shared INTERFACE IMPORTED)
  # A program may name no function of it: the linker is to load it all the same.
  set_target_properties(swiftmalloc::shared PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_swiftmalloc_headers}"
    INTERFACE_LINK_LIBRARIES
      "-Wl,--push-state,--no-as-needed;${_swiftmalloc_libraries}/libswiftmalloc.so;-Wl,--pop-state")
endif()

if(NOT TARGET swiftmalloc::static AND EXISTS "${_swiftmalloc_libraries}/swiftmalloc.o")
  add_library(swiftmalloc::static INTERFACE IMPORTED)
  # The object, not an archive: of an archive a linker takes what is asked for, and a program may name no function of it. In a static
  # C++ program operator new needs two functions of the C++ library, and reports a third. What the library calls is looked for when
  # the program starts (-z now): a report in a signal handler may have no stack for a search.
  set_target_properties(swiftmalloc::static PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_swiftmalloc_headers}"
    INTERFACE_LINK_OPTIONS
      "LINKER:--eh-frame-hdr,-z,now;$<$<LINK_LANGUAGE:CXX>:LINKER:--undefined=_ZSt17__throw_bad_allocv,--undefined=_ZSt15get_new_handlerv,--undefined=__cxa_demangle>"
    INTERFACE_LINK_LIBRARIES "${_swiftmalloc_libraries}/swiftmalloc.o")
endif()

if(NOT TARGET swiftmalloc::shared AND NOT TARGET swiftmalloc::static)
  set(swiftmalloc_FOUND FALSE)
  set(swiftmalloc_NOT_FOUND_MESSAGE "there is no libswiftmalloc.so and no swiftmalloc.o in ${_swiftmalloc_libraries}")
endif()
foreach(_swiftmalloc_part IN LISTS swiftmalloc_FIND_COMPONENTS)
  if(NOT TARGET swiftmalloc::${_swiftmalloc_part} AND swiftmalloc_FIND_REQUIRED_${_swiftmalloc_part})
    set(swiftmalloc_FOUND FALSE)
    set(swiftmalloc_NOT_FOUND_MESSAGE
      "swiftmalloc has the components shared and static, each where its file is in ${_swiftmalloc_libraries}: no ${_swiftmalloc_part}")
  endif()
endforeach()
unset(_swiftmalloc_part)
unset(_swiftmalloc_libraries)
unset(_swiftmalloc_headers)
