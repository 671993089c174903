using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Silo.Options;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// What happens when Orleans finds that this silo must not go on: one sentence, and the process ends with code 1, on which a supervisor
/// starts it again. Orleans' own handler ends it with a core dump's code (134) and a stack trace. Called on any of Orleans' threads.
/// </summary>
/// <param name="silo">The node.</param>
/// <param name="end">Ends the process; returns only when it is ending already.</param>
/// <param name="log">Where the sentence goes; the trace with debug.</param>
internal sealed partial class FatalErrors(SiloOptions silo, Action end, ILogger<FatalErrors> log) : IFatalErrorHandler
{
    private int _hasEnded;

    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            string part = sender?.GetType().Name ?? "Orleans";
            LogTrace(exception, part, context);
            LogEnd(FatalReason.Of(silo.NodeId, $"{silo.Advertise}:{silo.SiloPort}", part, context ?? "", exception));
        }

        end();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A fatal error in {Sender}: {Context}")]
    private partial void LogTrace(Exception? failure, string sender, string? context);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Sentence}")]
    private partial void LogEnd(string sentence);
}
