#include "llm/tables/prices_file.hpp"

#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "base/yaml/fields.hpp"
#include "base/yaml/yaml.hpp"
#include "llm/tables/model_table_file.hpp"

namespace executus::llm {
namespace {

// For every price in use a double is exact enough to give back six decimals.
std::optional<std::int64_t> read_rate(Fields& fields, std::string_view key) {
  constexpr double picodollars = 1e6, highest = 1e6, tolerance = 1e-3;
  auto usd = fields.number(key);
  if (!usd) return std::nullopt;
  double exact = *usd * picodollars;
  if (*usd >= 0 && *usd <= highest && std::abs(exact - std::round(exact)) < tolerance)
    return static_cast<std::int64_t>(std::llround(exact));
  fields.error(key, "'" + std::string(key) +
                        "' has to be USD for a million tokens, from 0 to 1000000 with at most six decimals");
  return 0;
}

std::int64_t read_required_rate(Fields& fields, std::string_view key) {
  if (!fields.has(key)) fields.missing(key);
  return read_rate(fields, key).value_or(0);
}

Rates read_rates(Fields& fields) {
  Rates rates;
  rates.input = read_required_rate(fields, "input");
  rates.output = read_required_rate(fields, "output");
  rates.cache_read = read_rate(fields, "cache_read");
  rates.cache_write = read_rate(fields, "cache_write");
  return rates;
}

Price::Long read_long(Fields& fields) {
  Price::Long longer;
  if (!fields.has("over")) fields.missing("over");
  longer.over = fields.integer("over", {.min = 1}).value_or(1);
  bool priced = false;
  for (const char* key : {"input", "output", "cache_read", "cache_write"}) priced = priced || fields.has(key);
  if (priced) longer.rates = read_rates(fields);
  return longer;
}

bool is_date_text(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

// The midnight (UTC) that ends the day "2026-12-31".
std::optional<WallTime> end_of_day(const std::string& text) {
  if (!is_date_text(text)) return std::nullopt;
  std::chrono::year_month_day day{std::chrono::year(std::stoi(text.substr(0, 4))),
                                  std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5, 2)))),
                                  std::chrono::day(static_cast<unsigned>(std::stoi(text.substr(8, 2))))};
  if (!day.ok()) return std::nullopt;
  return WallTime(std::chrono::sys_days(day) + std::chrono::days(1));
}

Price read_price(Fields& fields) {
  Price price;
  price.rates = read_rates(fields);
  fields.object("long", [&](Fields& longer) { price.longer = read_long(longer); });
  if (auto until = fields.string("until")) {
    price.end = end_of_day(*until);
    if (!price.end) fields.error("until", "'until' has to be a day such as 2026-12-31");
  }
  fields.object("then", [&](Fields& then) { price.then = std::make_shared<const Price>(read_price(then)); });
  if (price.then && !fields.has("until")) fields.missing("until");
  return price;
}

}  // namespace

Result<ModelTable<Price>::Layer> read_prices(std::string_view yaml, std::string file) {
  ModelTable<Price>::Layer layer;
  auto problem = read_model_table(yaml, std::move(file), layer.like, [&](Fields& fields) {
    fields.each_named("prices", [&](const std::string& target, Fields& price) {
      check_row(fields, "prices", target);
      layer.rows.insert_or_assign(target, read_price(price));
    });
  });
  if (problem) return *problem;
  return layer;
}

}  // namespace executus::llm
