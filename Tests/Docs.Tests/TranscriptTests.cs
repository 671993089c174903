using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Docs.Tests.Transcripts;

namespace OrleansKv.Docs.Tests;

/// <summary>The commands that the documents show, run as they stand there and compared with what they are said to print.</summary>
public sealed class TranscriptTests
{
    public static TheoryData<string, string> Sections()
    {
        var data = new TheoryData<string, string>();
        foreach (Document document in Documents.All)
        {
            foreach (Section section in document.Sections.Where(s => s.Blocks.Any(IsTranscript))) data.Add(document.Path, section.Heading);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task Commands_OfASection_PrintWhatItShows(string path, string heading)
    {
        Section section = Document.Read(path).Section(heading);
        Step[] steps = [.. section.Blocks.Where(IsTranscript).SelectMany(Transcript.Read)];
        using var sitting = new Sitting(steps.Select(s => s.Command));
        foreach (Step step in steps) await sitting.Run(step);
    }

    private static bool IsTranscript(FencedBlock block) => block.Language is "console" or "sh";
}
