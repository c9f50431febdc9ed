// Credentials of gRPC made from PEM files that are looked at again every second: a certificate replaced on the disk is
// the one that new connections get. Move the new files into place (rename, or switch a symbolic link): while
// certificate and key do not belong together, new connections fail. Any thread.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "common/app/tls_files.h"

namespace cortado::app {

// Of a server: TLS with the certificate; with an authority a client must show a certificate it signed. Without any
// files: no TLS. The files passed CheckServerFiles.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsFiles& files);

// Of a client: the server must show a certificate for the host dialled that the authority signed; ours is shown when
// there is one. Without an authority: no TLS. The files passed CheckClientFiles.
std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials(const TlsFiles& files);

}  // namespace cortado::app
