#include "strategies/registry.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "strategies/kinds.hpp"

namespace tapedeck::strategies {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// Returns "; did you mean X?", or nothing.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  return near ? "; did you mean " + *near + "?" : "";
}

std::string name_in(const std::string& text) {
  return text.substr(0, text.find(':'));
}

std::vector<std::string> names_of(const std::vector<StrategyKind>& kinds) {
  std::vector<std::string> names;
  names.reserve(kinds.size());
  for (const StrategyKind& kind : kinds) names.emplace_back(kind.name);
  return names;
}

const StrategyKind& kind_named(const std::vector<StrategyKind>& kinds, const std::string& text) {
  const std::string name = name_in(text);
  const auto at = std::ranges::find(kinds, name, &StrategyKind::name);
  if (at != kinds.end()) return *at;
  const std::vector<std::string> known = names_of(kinds);
  throw ConfigError("strategy", text, "must be one of " + joined(known) + suggestion(name, known));
}

Options options_in(const StrategyKind& kind, const std::string& text) {
  std::map<std::string, std::string, std::less<>> values;
  std::vector<std::string> known;
  for (const OptionKind& option : kind.options) {
    known.emplace_back(option.key);
    values.emplace(option.key, option.preset);
  }
  if (text.find(':') == std::string::npos) return {text, std::move(values)};
  std::string refusal;
  std::vector<std::string> seen;
  for (const std::string& pair : split(text.substr(text.find(':') + 1), ',')) {
    const auto equals = pair.find('=');
    const std::string key = pair.substr(0, equals);
    if (equals == std::string::npos) {
      throw ConfigError("strategy", text,
                        refusal.append("expected key=value, not '").append(pair).append("'"));
    }
    if (!values.contains(key)) {
      refusal.append(kind.name).append(" has no option '").append(key).append("'");
      refusal += known.empty() ? ", nor any other" : ", only " + joined(known);
      throw ConfigError("strategy", text, refusal + suggestion(key, known));
    }
    if (std::ranges::find(seen, key) != seen.end()) {
      throw ConfigError("strategy", text, refusal.append(key).append(" is given twice"));
    }
    seen.push_back(key);
    values[key] = pair.substr(equals + 1);
  }
  return {text, std::move(values)};
}

}  // namespace

const std::vector<StrategyKind>& all_kinds() {
  static const std::vector<StrategyKind> kAll{bars(), bbo(), imbalance(), ofi(), vwap()};
  return kAll;
}

std::string list_of_names() {
  return joined(names_of(all_kinds()));
}

std::string described() {
  std::string text;
  for (const StrategyKind& kind : all_kinds()) {
    text.append(kind.name).append(": ").append(kind.help).append("\n  shows  ");
    text += joined({kind.outputs.begin(), kind.outputs.end()}) + "\n";
    for (const OptionKind& option : kind.options) {
      text.append("  takes  ").append(option.key).append("=").append(option.preset);
      text.append("  (").append(option.help).append(")\n");
    }
  }
  return text;
}

strategy::StrategyPlan plan_of(const std::vector<StrategyKind>& kinds, const std::string& text) {
  const StrategyKind& kind = kind_named(kinds, text);
  strategy::StrategyPlan plan;
  plan.label = kind.name;
  plan.outputs = {kind.outputs.begin(), kind.outputs.end()};
  plan.make = [make = kind.make, options = options_in(kind, text)](
                  const strategy::Context& context) { return make(options, context); };
  plan.copy = kind.copy;
  strategy::ClosedGateway closed;
  strategy::Context nobody;
  nobody.gateway = &closed;
  (void)plan.make(nobody);  // so that a wrong value is reported now
  return plan;
}

std::vector<strategy::StrategyPlan> plans_of(const std::vector<std::string>& texts) {
  std::vector<strategy::StrategyPlan> plans;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    if (std::find(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(i), text) !=
        texts.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw ConfigError("strategy", text, "is asked for twice");
    }
    plans.push_back(plan_of(all_kinds(), text));
    const auto same_name = [&](const std::string& other) {
      return name_in(other) == name_in(text);
    };
    if (std::ranges::count_if(texts, same_name) > 1) plans.back().label = text;
  }
  return plans;
}

}  // namespace tapedeck::strategies
