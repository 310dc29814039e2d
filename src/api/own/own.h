// Inside api/own/: a use case a line. To add one: a handler, a line in its file's table, its description in
// openapi/puente.yaml (a test misses it).
#pragma once
#include <span>

#include "api/http.h"
#include "service/service.h"

namespace puente::api::own {

struct Entry {
  Route route;
  Result<net::Response> (*handle)(service::Node& node, const Call& call);
};

// Who signs in and who is signed in: what these need beside the node.
struct SignInEntry {
  Route route;
  Result<net::Response> (*handle)(service::Node& node, const SignIn& sign_in, const Call& call);
};
std::span<const SignInEntry> sign_in();

std::span<const Entry> persons();      // enrol, identify, verify, read, erase
std::span<const Entry> protections();  // who is hidden from whom, and what supervisors must know
std::span<const Entry> watchlists();   // whom we look out for
std::span<const Entry> questions();    // what we ask of partners
std::span<const Entry> cases();        // what partners asked, and an examiner decides
std::span<const Entry> practice();     // whether examiners can tell
std::span<const Entry> agreements();   // the law as this node's state
std::span<const Entry> records();      // the log, figures

}  // namespace puente::api::own
