using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.BadInput;

/// <summary>The TLS port: serves those who speak it, and is not harmed by those who do not.</summary>
public sealed class TlsTests
{
    [Fact]
    public void BrokenHandshake_HarmsNobodyElse()
    {
        using var folder = new TempFolder();
        WriteCertificate(folder);
        using ServerProcess server = ServerProcess.Start(
            folder.File("data"), "--persistence", "off", "--tls-cert", folder.File("cert.pem"), "--tls-key", folder.File("key.pem"));
        using SslStream good = Connect(server.Port);
        Assert.Equal("+PONG\r\n", Ask(good, "PING\r\n"));

        using (RespClient plain = server.Connect())
        {
            plain.SendRaw("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n"u8);
            Assert.True(plain.IsClosedByServer());
        }

        Assert.Equal("+OK\r\n", Ask(good, "SET a 1\r\n"));
        using SslStream other = Connect(server.Port);
        Assert.Equal("$1\r\n1\r\n", Ask(other, "GET a\r\n"));
        Assert.Equal(0, server.Terminate());
        Assert.Matches("TLS handshake with 127.0.0.1:[0-9]+ failed: .*frame", server.Printed);
        Assert.DoesNotContain("inner exception", server.Printed);
    }

    [Fact]
    public void MissingCertificate_IsNamed_WithExitCode1()
    {
        using var folder = new TempFolder();
        (int code, string printed) =
            ServerProcess.RunToExit(folder.File("data"), "--tls-cert", folder.File("none.pem"), "--tls-key", folder.File("none.key"));
        Assert.Equal(1, code);
        Assert.Contains("none.pem", printed);
        Assert.DoesNotContain("   at ", printed);
    }

    // A bug that was: of the file only the first certificate was sent, so a client that trusts the root alone could not build the chain.
    [Fact]
    public void Chain_IsSentWhole_ToAClientThatTrustsTheRootAlone()
    {
        using var folder = new TempFolder();
        using X509Certificate2 root = WriteChain(folder);
        using ServerProcess server = ServerProcess.Start(
            folder.File("data"), "--persistence", "off", "--tls-cert", folder.File("cert.pem"), "--tls-key", folder.File("key.pem"));

        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true };
        trust.CustomTrustStore.Add(root);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, server.Port);
        using var stream = new SslStream(new NetworkStream(socket));
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust });
        Assert.Equal("+PONG\r\n", Ask(stream, "PING\r\n"));
    }

    private static SslStream Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("localhost");
        return stream;
    }

    private static string Ask(SslStream stream, string request)
    {
        stream.Write(Encoding.ASCII.GetBytes(request));
        var answer = new byte[256];
        return Encoding.ASCII.GetString(answer, 0, stream.Read(answer));
    }

    // Root -> intermediate -> localhost; the file has the last two, as authorities deliver them. Returns the root.
    private static X509Certificate2 WriteChain(TempFolder folder)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1), to = DateTimeOffset.UtcNow.AddDays(1);
        using var rootKey = RSA.Create(2048);
        using var middleKey = RSA.Create(2048);
        using var key = RSA.Create(2048);
        X509Certificate2 root = Request("CN=test root", rootKey, isAuthority: true).CreateSelfSigned(from, to);
        using X509Certificate2 middle = Request("CN=test intermediate", middleKey, isAuthority: true).Create(root, from, to, [1]);
        using X509Certificate2 middleSigns = middle.CopyWithPrivateKey(middleKey);
        using X509Certificate2 leaf = Request("CN=localhost", key, isAuthority: false).Create(middleSigns, from, to, [2]);
        File.WriteAllText(folder.File("cert.pem"), leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        return root;
    }

    private static CertificateRequest Request(string name, RSA key, bool isAuthority)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        if (isAuthority) return request;
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static void WriteCertificate(TempFolder folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
