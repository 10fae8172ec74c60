#include "tools/sandbox/shown_places.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

namespace fs = std::filesystem;

std::string plain(const fs::path& path) {
  auto text = path.lexically_normal().string();
  if (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

std::string place_of(const std::string& entry, const std::string& root) {
  auto path = plain(fs::path(root) / entry);
  auto fault = [&](const std::string& what) { return failed("sandbox.place", "'" + entry + "', " + what); };
  std::error_code error;
  auto real = fs::canonical(path, error);
  if (error) throw fault("which the sandbox is to show, does not exist");
  if (real != path) throw fault("which the sandbox is to show, passes a symbolic link; name the place itself");
  if (!entry.starts_with('/') && !lies_in(path, root))
    throw fault("which the sandbox is to show, leaves the root; give its absolute path if that is meant");
  return path;
}

}  // namespace

bool lies_in(const std::string& path, const std::string& folder) {
  return path.starts_with(folder) &&
         (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

std::vector<ShownPlace> in_order_of_mounts(std::vector<ShownPlace> places) {
  std::ranges::sort(places, {}, &ShownPlace::path);
  std::vector<ShownPlace> ordered;
  for (auto& place : places) {
    auto around = std::find_if(ordered.rbegin(), ordered.rend(),
                               [&](const ShownPlace& each) { return lies_in(place.path, each.path); });
    if (around != ordered.rend() && around->path == place.path)
      around->writable = around->writable && place.writable;
    else if (around == ordered.rend() || around->writable != place.writable)
      ordered.push_back(std::move(place));
  }
  return ordered;
}

std::vector<ShownPlace> shown_places(const SandboxPolicy& policy, const std::string& root) {
  std::vector<ShownPlace> places;
  if (!root.empty()) places.push_back({root, policy.root_is_writable});
  for (const auto& entry : policy.read) places.push_back({place_of(entry, root), false});
  for (const auto& entry : policy.write) places.push_back({place_of(entry, root), true});
  return in_order_of_mounts(std::move(places));
}

}  // namespace executus::tools
