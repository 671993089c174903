using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace OrleansKv.Client.Connection;

/// <summary>
/// Finds out why no connection to an endpoint comes about, by connecting to it once more: in plain text with a PING, which a port for Redis
/// clients or for HTTP answers in its own way, and with TLS. Only used when a start has failed.
/// </summary>
internal static class ConnectionDiagnosis
{
    /// <summary>Longest wait for each answer, ms: the endpoint answers at once or never.</summary>
    private const int PatienceMs = 1000;

    private const string RightPort = "use the node's --gateway-port, 30000 by default";

    /// <summary>The reason, as the end of a sentence.</summary>
    public static async Task<string> Of(NodeEndpoint endpoint, bool usesTls, string? tlsFailure)
    {
        try
        {
            string answer = await Ping(endpoint).ConfigureAwait(false);
            if (answer.StartsWith("HTTP/", StringComparison.Ordinal)) return $"is a port for HTTP, not for this client: {RightPort}";
            if (answer.StartsWith('+') || answer.StartsWith('-')) return $"is a port for Redis clients, not for this client: {RightPort}";
            bool speaksTls = await SpeaksTls(endpoint).ConfigureAwait(false);
            return (usesTls, speaksTls) switch
            {
                (false, true) => "asks for TLS: set Tls, with a certificate of the nodes' authority",
                (true, false) => "does not speak TLS, or is no node's --gateway-port: leave Tls out for nodes without --silo-tls-cert",
                (true, true) => $"is there, but the TLS handshake failed{Reason(tlsFailure)}: use a certificate of the nodes' authority",
                _ => $"answers, but not as a node answers this client: {RightPort}, not its --silo-port",
            };
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"nobody listens there: start the node, and {RightPort}",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name is not known",
                _ => $"cannot be reached: {failure.Message}",
            };
        }
        catch (OperationCanceledException)
        {
            return "cannot be reached: it does not answer. Is the address right, and does a firewall let this machine through?";
        }
    }

    private static string Reason(string? tlsFailure) => tlsFailure is null ? "" : $" ({tlsFailure.TrimEnd('.')})";

    private static async Task<TcpClient> Connect(NodeEndpoint endpoint)
    {
        using var patience = new CancellationTokenSource(PatienceMs);
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port, patience.Token).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    // What it answers to a Redis client's or anybody's line; empty when nothing, or it hangs up.
    private static async Task<string> Ping(NodeEndpoint endpoint)
    {
        using TcpClient client = await Connect(endpoint).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(PatienceMs);
        var answer = new byte[16];
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), patience.Token).ConfigureAwait(false);
            int read = await stream.ReadAsync(answer, patience.Token).ConfigureAwait(false);
            return Encoding.Latin1.GetString(answer, 0, read);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return "";
        }
    }

    private static async Task<bool> SpeaksTls(NodeEndpoint endpoint)
    {
        using TcpClient client = await Connect(endpoint).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(PatienceMs);
        bool sawCertificate = false;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            RemoteCertificateValidationCallback = (_, _, _, _) => sawCertificate = true, // nothing is sent
        };
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(options, patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or OperationCanceledException)
        {
            return sawCertificate;
        }
    }
}
