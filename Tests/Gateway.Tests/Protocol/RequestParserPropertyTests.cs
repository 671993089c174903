using FsCheck;
using FsCheck.Fluent;
using OrleansKv.Gateway.Protocol;
using Xunit;

namespace OrleansKv.Gateway.Tests.Protocol;

public sealed class RequestParserPropertyTests
{
    private const int Cases = 200;

    [Fact]
    public void AnyCommands_EncodedAndSplitAnywhere_ParseBackToThemselves() =>
        Prop.ForAll(SplitRequests.Any, requests => Assert.Equal(requests.Commands, Parse(requests)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));

    [Fact]
    public void CommandOfMoreThanAMillionWords_InManyReads_IsTakenWhole()
    {
        const int Words = (2 * 600_000) + 1, ReadBytes = 64 * 1024;
        var text = new System.Text.StringBuilder().Append($"*{Words}\r\n");
        for (int i = 0; i < Words; i++) text.Append($"${(i % 7) + 1}\r\n{"abcdefg"[..((i % 7) + 1)]}\r\n");
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text.Append("PING\r\n").ToString());
        var limits = new ProtocolLimits(512 * 1024 * 1024, int.MaxValue);
        var parser = default(RequestParser);
        var batch = new CommandBatch();
        int position = 0;
        for (int end = ReadBytes; end < bytes.Length; end += ReadBytes)
        {
            batch.Clear();
            Assert.Equal(ParseStatus.Incomplete, parser.Parse(bytes.AsSpan(0, end), ref position, batch, limits));
            Assert.Equal((0, 0), (batch.Count, batch.SliceCount)); // other connections' commands come between
            Assert.Equal(0, position);
        }

        batch.Clear();
        Assert.Equal(ParseStatus.Complete, parser.Parse(bytes, ref position, batch, limits));
        Assert.Equal(bytes.Length - "PING\r\n".Length, position);
        for (int i = 0; i < Words; i++) Assert.True(batch.Args(0, bytes)[i].SequenceEqual("abcdefg"u8[..((i % 7) + 1)]), $"word {i}");
        Assert.Equal(ParseStatus.Complete, parser.Parse(bytes, ref position, batch, limits));
        Assert.True(batch.Args(1, bytes)[0].SequenceEqual("PING"u8));
    }

    // As a session does it: what is left of an unfinished command stays at the start of the buffer, and the next read comes behind it.
    private static List<byte[][]> Parse(SplitRequests requests)
    {
        var limits = new ProtocolLimits(512 * 1024 * 1024, 1024 * 1024);
        var parser = default(RequestParser);
        var batch = new CommandBatch();
        var parsed = new List<byte[][]>();
        byte[] bytes = requests.Encode();
        int start = 0, end = 0;
        foreach (int read in requests.Reads(bytes.Length))
        {
            end += read;
            byte[] buffer = bytes[start..end]; // a copy: nothing may be kept that leads into an older buffer
            int position = 0;
            batch.Clear();
            ParseStatus status;
            do
            {
                status = parser.Parse(buffer, ref position, batch, limits);
                if (status == ParseStatus.Error) Assert.Fail(parser.Error);
                Assert.True(parser.NeededBytes <= bytes.Length - start - position, "it waits for more bytes than will come");
            }
            while (status == ParseStatus.Complete && position < buffer.Length);

            for (int i = 0; i < batch.Count; i++) parsed.Add(Words(batch, i, buffer));
            start += position;
        }

        Assert.Equal(bytes.Length, start);
        return parsed;
    }

    private static byte[][] Words(CommandBatch batch, int frame, byte[] buffer)
    {
        var words = new byte[batch.Frames[frame].Words][];
        for (int i = 0; i < words.Length; i++) words[i] = batch.Args(frame, buffer)[i].ToArray();
        return words;
    }
}
