using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansKv.Cli.Protocol;

/// <summary>
/// TLS to the server: checked against the system's authorities, against those of --tls-ca alone, or (--tls-insecure) not at all.
/// </summary>
internal static class TlsHandshake
{
    /// <summary>
    /// Throws <see cref="System.Security.Authentication.AuthenticationException"/> or <see cref="IOException"/> when it fails.
    /// </summary>
    public static SslStream Run(Stream plain, CliOptions options)
    {
        var login = new SslClientAuthenticationOptions { TargetHost = options.Host };
        if (options.TlsInsecure) login.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (options.TlsCa is not null) login.CertificateChainPolicy = Policy(options.TlsCa);
        var secure = new SslStream(plain);
        secure.AuthenticateAsClient(login);
        return secure;
    }

    private static X509ChainPolicy Policy(string path)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException($"--tls-ca: {path} cannot be read: {failure.Message}");
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new CliException($"--tls-ca: {path} holds no certificate in PEM");
    }
}
