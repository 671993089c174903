using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace OrleansKv.Client.Connection;

/// <summary>TLS as the nodes have it among themselves: each end shows a certificate, and checks that the other's is of the cluster's own authority.</summary>
internal static class ClientTls
{
    /// <exception cref="KeyValueStoreException">The files cannot be used.</exception>
    public static void Use(IClientBuilder client, OrleansKvTlsOptions options)
    {
        X509Certificate2 mine, authority;
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
            mine = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null); // SslStream wants the key so
            authority = X509CertificateLoader.LoadCertificateFromFile(options.AuthorityFile);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KeyValueStoreException(KeyValueStoreError.Unavailable, $"OrleansKv client: the certificates of {nameof(OrleansKvClientOptions.Tls)} cannot be used: {failure.Message}", failure);
        }

        client.UseTls(mine, tls =>
        {
            tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (certificate, _, _) => IsIssuedBy(certificate, authority);
            tls.OnAuthenticateAsClient = (_, connection) => connection.TargetHost = mine.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        });
    }

    private static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // a private authority has no list
        return chain.Build(certificate);
    }
}
