# Exploit mitigations for programs that are handed out: preset `portable` sets TAPEDECK_HARDENING.
# tools/checks/hardening looks at a built program for each of them.
#
# They are options of tapedeck_options, so that every object, library and program has them. None of
# their macros changes the layout of a type: hardened and plain objects can be linked together.
#
# Cost, with gcc 12.2, in instructions of the inline engine's polls a message (file *mid* of
# docs/performance.md, unity build): 533.4 without; _GLIBCXX_ASSERTIONS 16.5 more,
# -fstack-protector-strong 2.2, -fcf-protection 1.4, all of it 21.8. Time: see docs/performance.md.
if(NOT TAPEDECK_HARDENING)
  return()
endif()
if(TAPEDECK_SANITIZE)
  message(FATAL_ERROR
    "TAPEDECK_HARDENING hides faults from sanitizers, because fortified calls are not intercepted; "
    "set it to OFF, or TAPEDECK_SANITIZE to nothing")
endif()
include(CheckCXXCompilerFlag)

# A position-independent program, whose addresses nobody can know beforehand.
target_compile_options(tapedeck_options INTERFACE -fPIE)
target_link_options(tapedeck_options INTERFACE -pie)

# Relocated once, at the start, then read-only; no code on the stack.
target_link_options(tapedeck_options INTERFACE
  LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)

# A guard behind arrays on the stack; checked copies; checked indexes and empty containers.
target_compile_options(tapedeck_options INTERFACE
  -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS)
# What is not optimised cannot be fortified, and the glibc of other distributions than Debian warns.
list(APPEND TAPEDECK_COLDEST -Wno-cpp)

# Indirect branches end where the compiler allows it (x86's CET).
check_cxx_compiler_flag(-fcf-protection=full TAPEDECK_HAS_CF_PROTECTION)
if(TAPEDECK_HAS_CF_PROTECTION)
  target_compile_options(tapedeck_options INTERFACE -fcf-protection=full)
endif()
