#include "tools/run/machine_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

ordered_json nanos_or_null(const std::optional<Nanos>& time) {
  return time ? ordered_json(time->value) : ordered_json(nullptr);
}

}  // namespace

ordered_json percentiles_of(const Histogram& histogram) {
  ordered_json json = ordered_json::object();
  for (const auto& [name, fraction] : kPercentiles) {
    json[std::string{name}] = histogram.quantile(fraction).value;
  }
  json["max"] = histogram.max().value;
  json["count"] = histogram.count();
  return json;
}

ordered_json machine_json(const system::Environment& machine) {
  return {{"cpu", machine.cpu_model},
          {"cores_allowed", machine.cores_allowed},
          {"cores_online", machine.cores_online},
          {"kernel", machine.kernel},
          {"compiler", machine.compiler},
          {"build", system::build_kind(machine)},
          {"fit_for_figures", machine.fit_for_figures()}};
}

ordered_json placements_json(const Placements& threads) {
  ordered_json json = ordered_json::array();
  for (const auto& [thread, where] : threads) {
    json.push_back({{"name", thread}, {"placement", where}});
  }
  return json;
}

ordered_json hop_json(const system::HopPair& hops) {
  const auto larger = hops.larger();
  return {{"hop_before_ns", nanos_or_null(hops.before.one_way)},
          {"hop_after_ns", nanos_or_null(hops.after.one_way)},
          {"hop_ns", nanos_or_null(larger)},
          {"hop_why_none", larger ? ordered_json(nullptr) : ordered_json(hops.why_none())}};
}

ordered_json noise_json(const std::vector<system::CoreNoise>& noise) {
  ordered_json cores = ordered_json::array();
  for (const system::CoreNoise& core : noise) {
    ordered_json& json = cores.emplace_back(ordered_json{{"core", core.core}});
    if (!core.noise) {
      json["why_none"] = core.why_none;
      continue;
    }
    json["lasted_ns"] = core.noise->lasted.value;
    json["taken"] = core.share_taken();
    json["clock_ns"] = core.noise->clock_cost().value;
    json.update(percentiles_of(core.noise->gaps));
  }
  return cores;
}

std::string hop_text(const system::HopPair& hops) {
  if (const auto hop = hops.larger()) {
    return duration_for_people(*hop) + " for a cache line from core to core (" +
           duration_for_people(*hops.before.one_way) + " before the runs, " +
           duration_for_people(*hops.after.one_way) + " after)";
  }
  return "from core to core not measured: " + hops.why_none();
}

}  // namespace tapedeck::tools
