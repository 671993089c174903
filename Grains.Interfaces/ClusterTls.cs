using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace OrleansKv.Grains;

/// <summary>
/// TLS between nodes, and between a node and its clients: each end shows a certificate, and checks that the other's was issued by the
/// cluster's own authority. Immutable.
/// </summary>
internal sealed class ClusterTls
{
    private readonly X509Certificate2 _authority;

    private ClusterTls(X509Certificate2 own, X509Certificate2 authority) => (Own, _authority) = (own, authority);

    /// <summary>This end's certificate, with its key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>Reads PEM files.</summary>
    /// <exception cref="CryptographicException">One cannot be used.</exception>
    public static ClusterTls Load(string certificateFile, string keyFile, string authorityFile)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return new ClusterTls(
                X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), // SslStream wants the key so
                X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CryptographicException(failure.Message, failure);
        }
    }

    public void Configure(TlsOptions tls)
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => IsIssuedByAuthority(certificate);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = Own.GetNameInfo(X509NameType.DnsName, forIssuer: false);
    }

    /// <summary>The same for a stream that this end has opened; the caller disposes the stream.</summary>
    public async Task<SslStream> ConnectAs(Stream plain, CancellationToken stop)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = Own.GetNameInfo(X509NameType.DnsName, forIssuer: false),
            ClientCertificates = [Own],
            RemoteCertificateValidationCallback = IsOfCluster,
        }, stop);
        return secure;
    }

    /// <summary>The same for a stream that the other end has opened.</summary>
    public async Task<SslStream> AcceptAs(Stream plain, CancellationToken stop)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = Own,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = IsOfCluster,
        }, stop);
        return secure;
    }

    private bool IsOfCluster(object sender, X509Certificate? other, X509Chain? chain, SslPolicyErrors errors) =>
        other is X509Certificate2 shown && IsIssuedByAuthority(shown);

    private bool IsIssuedByAuthority(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // a private authority has no list
        return chain.Build(certificate);
    }
}
