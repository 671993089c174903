namespace OrleansKv.Client;

/// <summary>
/// TLS to a cluster whose nodes were started with <c>--silo-tls-cert</c>, <c>--silo-tls-key</c> and <c>--silo-tls-ca</c>: both ends show a
/// certificate of the same authority.
/// </summary>
public sealed class OrleansKvTlsOptions
{
    /// <summary>PEM file of this client's certificate.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of the certificate's private key.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM file of the certificate that the nodes' certificates must be issued by.</summary>
    public string AuthorityFile { get; set; } = "";
}
