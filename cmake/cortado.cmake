# How every target of Cortado is built: one helper per kind of target, as Abseil does it.
# Warnings, sanitizers and output folders are decided here and nowhere else.
include(CTest)
include(GoogleTest)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(CORTADO_SANITIZE "" CACHE STRING "Sanitizers to build with: empty, address,undefined or thread")

# Adds the target all_verify_interface_header_sets, which compiles every public header alone.
option(CORTADO_VERIFY_HEADERS "Make targets that compile each header by itself" OFF)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ${CORTADO_VERIFY_HEADERS})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(Protobuf 3.21 REQUIRED)   # MODULE mode: Debian ships no CONFIG for it.
find_package(gRPC CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(nlohmann_json 3 CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
# Not under the name re2: that would leave re2_FOUND in the cache, and gRPC's own search would be skipped the next time.
pkg_check_modules(libre2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-i18n icu-uc)
pkg_check_modules(ical REQUIRED IMPORTED_TARGET libical)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(lemon REQUIRED IMPORTED_TARGET lemon)

add_library(cortado_flags INTERFACE)
target_include_directories(cortado_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(cortado_flags INTERFACE CORTADO_VERSION="${PROJECT_VERSION}")
# -Wno-restrict: g++ 12 sees overlaps that cannot be in optimised std::string code (GCC bug 105651).
target_compile_options(cortado_flags INTERFACE
  -Wall -Wextra -Werror -Wno-restrict -Werror=unused-result -Wshadow=local -Wnon-virtual-dtor -fno-omit-frame-pointer
  -fstack-protector-strong $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
target_link_options(cortado_flags INTERFACE -Wl,-z,relro,-z,now)
if(CORTADO_SANITIZE)
  # -Wno-maybe-uninitialized: under a sanitizer g++ 12 sees it in <regex> and <functional> (GCC bug 105562); the release
  # build keeps the warning.
  target_compile_options(cortado_flags INTERFACE
    -fsanitize=${CORTADO_SANITIZE} -fno-sanitize-recover=all -Wno-maybe-uninitialized)
  target_link_options(cortado_flags INTERFACE -fsanitize=${CORTADO_SANITIZE})
endif()

# cortado_library(NAME n [HDRS ...] [SRCS ...] [DEPS ...]): target cortado_n, alias cortado::n.
function(cortado_library)
  cmake_parse_arguments(ARG "" "NAME" "HDRS;SRCS;DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(cortado_${ARG_NAME} STATIC ${ARG_SRCS})
    set(scope PUBLIC)
  else()
    add_library(cortado_${ARG_NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(cortado_${ARG_NAME} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${ARG_HDRS})
  target_link_libraries(cortado_${ARG_NAME} ${scope} cortado_flags ${ARG_DEPS})
  add_library(cortado::${ARG_NAME} ALIAS cortado_${ARG_NAME})
endfunction()

# cortado_binary(NAME n SRCS ... DEPS ...): program n in bin/. A call is allocated on one thread and freed on another, where
# glibc's arenas make the two wait for each other; jemalloc does not (docs/adr/0005). Sanitizers bring their own.
function(cortado_binary)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_link_libraries(${ARG_NAME} PRIVATE cortado_flags ${ARG_DEPS})
  if(NOT CORTADO_SANITIZE)
    target_link_libraries(${ARG_NAME} PRIVATE PkgConfig::jemalloc)
  endif()
endfunction()

# cortado_test(NAME n KIND pure|store|wire|e2e SRCS ... DEPS ... [RUNS program...] [TIMEOUT s] [ALONE]): every case becomes a ctest,
# labelled by kind. RUNS names programs of ours that the test starts; ALONE: nothing runs beside it, for it measures time.
# The targets tests_pure, tests_store, ... build all tests of one kind.
function(cortado_test)
  cmake_parse_arguments(ARG "ALONE" "NAME;KIND;TIMEOUT" "SRCS;DEPS;RUNS" ${ARGN})
  if(NOT BUILD_TESTING)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  add_dependencies(tests_${ARG_KIND} ${ARG_NAME})
  if(ARG_RUNS)
    add_dependencies(${ARG_NAME} ${ARG_RUNS})
  endif()
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${ARG_NAME} PRIVATE cortado_flags ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    PROPERTIES LABELS "${ARG_KIND}" TIMEOUT ${ARG_TIMEOUT} RUN_SERIAL ${ARG_ALONE})
endfunction()

foreach(kind pure store wire e2e)
  add_custom_target(tests_${kind})
endforeach()

# cortado_protos(NAME n PROTOS ... [SERVICES]): messages (and service stubs) of one package under protos/.
function(cortado_protos)
  cmake_parse_arguments(ARG "" "NAME" "PROTOS;SERVICES;DEPS" ${ARGN})
  set(out ${CMAKE_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${out})
  set(sources "")
  foreach(proto ${ARG_PROTOS} ${ARG_SERVICES})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(made ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(grpc_args "")
    if(proto IN_LIST ARG_SERVICES)
      list(APPEND made ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      set(grpc_args --grpc_out=${out} --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    add_custom_command(OUTPUT ${made}
      COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR}/protos --cpp_out=${out} ${grpc_args} ${proto}
      DEPENDS ${CMAKE_SOURCE_DIR}/protos/${proto} VERBATIM)
    list(APPEND sources ${made})
  endforeach()
  add_library(cortado_${ARG_NAME} STATIC ${sources})
  target_include_directories(cortado_${ARG_NAME} SYSTEM PUBLIC ${out})
  if(CORTADO_SANITIZE)
    target_compile_options(cortado_${ARG_NAME} PRIVATE -fsanitize=${CORTADO_SANITIZE} -fno-sanitize-recover=all)
  endif()
  target_link_libraries(cortado_${ARG_NAME} PUBLIC protobuf::libprotobuf gRPC::grpc++ ${ARG_DEPS})
  add_library(cortado::${ARG_NAME} ALIAS cortado_${ARG_NAME})
endfunction()
