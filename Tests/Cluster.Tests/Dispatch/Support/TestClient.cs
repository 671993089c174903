using System.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;

namespace OrleansKv.Cluster.Tests.Dispatch.Support;

/// <summary>A connection of a <see cref="DispatchBench"/>: what it was sent piles up until the test takes it.</summary>
internal sealed class TestClient(DispatchBench bench, SessionDriver driver)
{
    private readonly StringBuilder _received = new();

    public Session Session => driver.Session;

    public SessionDriver Driver => driver;

    /// <summary>Most bytes that left at once.</summary>
    public int LongestSend { get; private set; }

    /// <summary>Sends commands, each a line of words, in one go; and ends the turn.</summary>
    public TestClient Send(params string[] lines) => SendRaw(string.Concat(lines.Select(line => SessionDriver.Encode(line.Split(' ')))));

    public TestClient SendRaw(string text)
    {
        Take(driver.Send(text));
        bench.EndTurn();
        return this;
    }

    /// <summary>As the transport does when the session has its answers.</summary>
    public void GoOn()
    {
        if (!Session.IsGone) Take(driver.Turn());
    }

    /// <summary>What has come since the last time.</summary>
    public string Received()
    {
        string text = _received.ToString();
        _received.Clear();
        return text;
    }

    private void Take(string sent)
    {
        LongestSend = Math.Max(LongestSend, sent.Length);
        _received.Append(sent);
    }
}
