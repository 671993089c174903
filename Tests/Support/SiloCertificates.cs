using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansKv.Tests.Support;

/// <summary>A private authority and certificates that it issued, as PEM files in a folder.</summary>
public sealed class SiloCertificates : IDisposable
{
    private readonly string _folder;
    private readonly string _name;
    private readonly X509Certificate2 _authority;
    private int _issued;

    public SiloCertificates(string folder, string name)
    {
        _folder = folder;
        _name = name;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        AuthorityFile = Path.Combine(folder, name + ".pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string AuthorityFile { get; }

    /// <summary>Flags of a node with a new certificate of this authority.</summary>
    /// <param name="trusts">Whose certificates the node takes from others; its own authority's unless given.</param>
    public string[] Issue(SiloCertificates? trusts = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("node");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate =
            request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(29), [(byte)++_issued]);
        string file = Path.Combine(_folder, $"{_name}-{_issued}");
        File.WriteAllText(file + ".crt", certificate.ExportCertificatePem());
        File.WriteAllText(file + ".key", key.ExportPkcs8PrivateKeyPem());
        return ["--silo-tls-cert", file + ".crt", "--silo-tls-key", file + ".key", "--silo-tls-ca", (trusts ?? this).AuthorityFile];
    }

    public void Dispose() => _authority.Dispose();
}
