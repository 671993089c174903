// Owns: the choice of command, and what a mistake or a failure looks like: one line on stderr; exit 2 for usage, 1 for failure.
using System.Runtime.CompilerServices;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

[assembly: InternalsVisibleTo("OrleansKv.Bench.Tests")]
if (args[0]=="selftest") return OrleansKv.Bench.SelfTest.SelfTestCommand.Run(args[1..], default);
var o = LoadOptionsParser.Parse(args.AsSpan(1));
var ep = o.Server.Resolve();
if (o.Fill) { using var f = LoadRun.StartFill(ep, o, default); var fr = f.Wait(); Console.WriteLine($"fill {fr.RequestsPerSecond:n0}/s {fr.Seconds:f2}s err {fr.Outcomes.Errors}"); }
using var r = LoadRun.Start(ep, o, default);
var res = r.Wait();
var s = OrleansKv.Bench.Stats.LatencySummary.Of(res.All);
Console.WriteLine($"{res.RequestsPerSecond:n0}/s n={res.Requests} {res.Seconds:f3}s cpu {res.GeneratorCpuSeconds:f2}s = {res.GeneratorCpuSeconds*1e9/res.Requests:f0} ns/req {res.GeneratorCpuSeconds/res.Seconds:p0}");
Console.WriteLine(s);
Console.WriteLine($"hit {res.Outcomes[ReplyOutcome.Hit]} miss {res.Outcomes[ReplyOutcome.Miss]} err {res.Outcomes.Errors} wrong {res.Outcomes[ReplyOutcome.WrongValue]} {string.Join("|", res.ErrorSamples)} {res.WrongValueSample} unsent {res.Unsent}");
return 0;
