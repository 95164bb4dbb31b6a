#include "tools/lab/saved_latency.hpp"

#include "engine/core/text.hpp"
#include "tools/lab/result_field.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

SavedStage stage_in(const ResultField& field) {
  SavedStage stage;
  const ResultField windows = field["windows"];
  for (std::size_t i = 0; i < kComparedPercentiles; ++i) {
    stage[i].whole_run = Nanos{field[kPercentiles[i].name].number()};
    const ResultField values = windows[kPercentiles[i].name];
    for (std::size_t at = 0; at < values.elements(); ++at) {
      const ResultField window = values.element(at);
      if (!window.none()) stage[i].windows.push_back(Nanos{window.number()});
    }
  }
  return stage;
}

std::string setup_in(ResultField field, const SetupName& name) {
  for (const std::string& step : split(name.place, '/')) field = field[step];
  return name.is_number ? std::to_string(field.number()) : field.words();
}

}  // namespace

SavedLatency saved_latency_in(const nlohmann::json& parsed, const std::string& file) {
  const ResultField result{parsed, file};
  SavedLatency saved;
  saved.file = file;
  saved.command = result["command"].words();
  saved.valid = result["valid"].flag();
  if (!saved.valid) saved.why_invalid = result["why_invalid"].words();
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const ResultField stage = result["stages"][latency::kLatencySpanNames[i]];
    if (stage.none()) {
      saved.why_none[i] = result["stages_why_none"][latency::kLatencySpanNames[i]].words();
    } else {
      saved.stages[i] = stage_in(stage);
    }
  }
  if (const ResultField hop = result["hop_ns"]; !hop.none()) saved.hop = Nanos{hop.number(1)};
  saved.fit_for_figures = result["machine"]["fit_for_figures"].flag();
  for (std::size_t i = 0; i < kSetupNames.size(); ++i) {
    saved.setup[i] = setup_in(result, kSetupNames[i]);
  }
  return saved;
}

}  // namespace tapedeck::tools
