// What figures are measured on: told as the system tells it, and "unknown" where it does not.
#include "engine/system/environment.hpp"

#include <gtest/gtest.h>

#include "engine/system/core_hop.hpp"

namespace tapedeck::system {
namespace {

TEST(Environment, ProcessorIsTheFirstOneNamed) {
  EXPECT_EQ(cpu_model_in("processor\t: 0\nvendor_id\t: X\nmodel\t\t: 7\nmodel name\t: A B  9\r\n\n"
                         "processor\t: 1\nmodel name\t: C\n"),
            "A B  9");
}

TEST(Environment, ProcessorWithoutANameIsUnknown) {
  for (const char* text : {"", "model name", "model name\t:\n", "model name:  \n", "Model : X\n",
                           "my model name: X\n"}) {
    EXPECT_EQ(cpu_model_in(text), "unknown") << text;
  }
}

TEST(Environment, ThisOneIsToldWithItsBuild) {
  const Environment machine = this_environment();
  EXPECT_GE(machine.cores_allowed, 1U);
  EXPECT_GE(machine.cores_online, 1U);
  EXPECT_TRUE(machine.kernel.starts_with("Linux ")) << machine.kernel;
#ifdef __clang__
  EXPECT_TRUE(machine.compiler.starts_with("clang ")) << machine.compiler;
#else
  EXPECT_TRUE(machine.compiler.starts_with("gcc ")) << machine.compiler;
#endif
#ifdef TAPEDECK_SANITIZED
  EXPECT_FALSE(machine.fit_for_figures());
#endif
}

TEST(Environment, IsDescribedInALine) {
  Environment machine{.cpu_model = "Fast 1",
                      .cores_allowed = 2,
                      .cores_online = 4,
                      .kernel = "Linux 6",
                      .compiler = "gcc 12.2.0"};
  EXPECT_EQ(describe(machine), "Fast 1, 2 of 4 cores, Linux 6, gcc 12.2.0, release build");
  machine.assertions = true;
  EXPECT_EQ(describe(machine), "Fast 1, 2 of 4 cores, Linux 6, gcc 12.2.0, debug build");
  machine.sanitized = true;
  EXPECT_EQ(describe(machine), "Fast 1, 2 of 4 cores, Linux 6, gcc 12.2.0, sanitized build");
}

TEST(Environment, SaysWhatIsUnknownInsteadOfInventing) {
  EXPECT_EQ(
      describe({.cpu_model = "unknown", .kernel = "unknown", .compiler = "unknown"}),
      "unknown processor, unknown of unknown cores, unknown kernel, unknown compiler, release "
      "build");
}

TEST(CoreHop, IsPositiveOrSaysWhyThereIsNone) {
  const CoreHop hop = measure_core_hop();
  EXPECT_NE(hop.one_way.has_value(), !hop.why_none.empty());
  if (hop.one_way) {
    EXPECT_GT(hop.one_way->value, 0);
  }
  if (allowed_cores().size() < 2) {
    EXPECT_FALSE(hop.one_way);
  }
}

TEST(CoreHop, OfOneCoreIsNone) {
  const CoreHop hop = measure_core_hop({0});
  EXPECT_FALSE(hop.one_way);
  EXPECT_EQ(hop.why_none, "this process may use one core only");
}

TEST(CoreHop, ToACoreThatIsNotThereIsNoneWhicheverThreadItIs) {
  constexpr int kNotThere = 1023;
  const int ours = allowed_cores().front();
  for (const std::vector<int>& cores :
       {std::vector<int>{ours, kNotThere}, {kNotThere, ours}, {kNotThere, kNotThere}}) {
    const CoreHop hop = measure_core_hop(cores);
    EXPECT_FALSE(hop.one_way);
    EXPECT_NE(hop.why_none.find("core 1023"), std::string::npos) << hop.why_none;
  }
}

TEST(CoreHop, LeavesTheCallersPinningAlone) {
  const std::vector<int> before = allowed_cores();
  (void)measure_core_hop();
  EXPECT_EQ(allowed_cores(), before);
}

}  // namespace
}  // namespace tapedeck::system
