using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>Where a process of Linux listens, as /proc says.</summary>
internal static class OpenPorts
{
    /// <summary>An address of this machine that is not loopback; null when it has none.</summary>
    public static IPAddress? OwnAddress { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(n => n.OperationalStatus == OperationalStatus.Up)
        .SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));

    public static IReadOnlyList<IPEndPoint> Of(int processId)
    {
        HashSet<string> sockets = [];
        foreach (string file in Directory.GetFiles($"/proc/{processId}/fd"))
        {
            try
            {
                if (new FileInfo(file).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                    sockets.Add(target[8..^1]);
            }
            catch (IOException)
            {
                // closed meanwhile
            }
        }

        return [.. new[] { "tcp", "tcp6" }.SelectMany(f => File.ReadLines($"/proc/{processId}/net/{f}").Skip(1))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(c => c[3] == "0A" && sockets.Contains(c[9])) // listening
            .Select(c => Parse(c[1]))];
    }

    // Hexadecimal, in words of the machine's own byte order: 0100007F:1F90.
    private static IPEndPoint Parse(string text)
    {
        byte[] bytes = Convert.FromHexString(text.AsSpan(0, text.IndexOf(':')));
        for (int i = 0; i < bytes.Length; i += 4) Array.Reverse(bytes, i, 4);
        return new IPEndPoint(
            new IPAddress(bytes), int.Parse(text.AsSpan(text.IndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
