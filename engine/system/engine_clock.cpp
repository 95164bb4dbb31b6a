#include "engine/system/engine_clock.hpp"

#include "engine/system/ping_pong.hpp"
#include "engine/system/tsc_clock.hpp"

namespace tapedeck::system {
namespace {

constexpr u32 kExchanges = 5'000;  // some half a millisecond: the quickest was not interrupted
constexpr Nanos kCalibration{50'000'000};

struct Exchange {
  Nanos sent{0}, answered{0}, back{0};

  [[nodiscard]] Nanos round_trip() const { return back - sent; }
};

// `answered` lies beside the line. The answerer writes it before it passes the line, and the server
// reads it after that.
void serve(PingPong& ping_pong, int core, const Clock& clock, const Nanos& answered,
           Exchange& quickest) {
  if (!ping_pong.take_place(PingPong::kServer, core)) return;
  for (u32 i = 0; i < kExchanges; ++i) {
    Exchange exchange{.sent = clock.now()};
    ping_pong.pass();
    if (!ping_pong.await(PingPong::kServer)) return;
    exchange.back = clock.now();
    exchange.answered = answered;
    // The first exchange is not counted, because it waits for the other thread to start.
    if (i == 1 || (i > 1 && exchange.round_trip() < quickest.round_trip())) quickest = exchange;
  }
}

void answer(PingPong& ping_pong, int core, const Clock& clock, Nanos& answered) {
  if (!ping_pong.take_place(PingPong::kAnswerer, core)) return;
  for (u32 i = 0; i < kExchanges; ++i) {
    if (!ping_pong.await(PingPong::kAnswerer)) return;
    answered = clock.now();
    ping_pong.pass();
  }
}

}  // namespace

ClockOffset measure_clock_offset(const Clock& clock, const std::vector<int>& cores) {
  if (cores.size() < 2) return {{}, Nanos{0}, "this process may use one core only"};
  PingPong ping_pong;
  Nanos answered{0};
  Exchange quickest;
  const std::string not_run =
      run_ping_pong([&] { serve(ping_pong, cores[0], clock, answered, quickest); },
                    [&] { answer(ping_pong, cores[1], clock, answered); });
  if (!not_run.empty()) return {{}, Nanos{0}, not_run};
  if (!ping_pong.why().empty()) return {{}, Nanos{0}, ping_pong.why()};
  const Nanos half{(quickest.round_trip().value + 1) / 2};
  return {quickest.answered - quickest.sent - half, half, {}};
}

EngineClock choose_clock(const CpuTopology& topology, const std::vector<int>& cores) {
  EngineClock chosen{std::make_unique<SteadyClock>(), "monotonic", {}, {}};
  if (!topology.steady_tsc.value_or(false)) {
    chosen.why = "the processor's counter is not known to run steadily on all cores";
    chosen.offset = measure_clock_offset(*chosen.clock, cores);
    return chosen;
  }
  auto tsc = std::make_unique<TscClock>(*chosen.clock, kCalibration);
  ClockOffset offset = measure_clock_offset(*tsc, cores);
  if (offset.apart()) {
    chosen.why = "the processor's counter is " + std::to_string(offset.offset->value) +
                 " ns apart between the two cores";
    chosen.offset = measure_clock_offset(*chosen.clock, cores);
    return chosen;
  }
  return {std::move(tsc), "tsc", {}, std::move(offset)};
}

}  // namespace tapedeck::system
