namespace OrleansKv.Gateway.Http;

/// <summary>The status page, a resource of this assembly; read once, at the first request.</summary>
internal static class StatusPage
{
    private static readonly Lazy<byte[]> Page = new(Read);

    public static byte[] Bytes => Page.Value;

    private static byte[] Read()
    {
        using Stream stream = typeof(StatusPage).Assembly.GetManifestResourceStream("status.html")
            ?? throw new InvalidOperationException("status.html is not in the assembly");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
