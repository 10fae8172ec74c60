// Packs as `executus packs` shows them.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include <executus/skillpack/syncer.hpp>

#include "cli/context/command_context.hpp"

namespace executus::cli {

[[nodiscard]] boost::json::object subscription_json(const skillpack::Subscription& subscription);

// The same with the skills, what is broken, and what changes.
[[nodiscard]] boost::json::object pack_json(const skillpack::Checked& checked);

// A line for each skill: "  pdf/fill-forms  Fills PDF forms."
[[nodiscard]] std::string skills_text(const skillpack::Pack& pack);

// "  + added\n  ~ changed\n  - removed\n"
[[nodiscard]] std::string changes_text(const skillpack::TreeChanges& changes);

// "2 skills, content 0123456789ab of commit 0123456789ab"
[[nodiscard]] std::string content_text(const skillpack::Pack& pack, const skillpack::Pin& pin);

// What is wrong with the pack and its files goes to standard error, a line each.
void tell_problems(const skillpack::Pack& pack);

}  // namespace executus::cli
