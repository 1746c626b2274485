using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>The field's words stand where the project once had its own; none of those comes back as a type, a member, a file or a setting.</summary>
public sealed class NamesTests
{
    private const string Everywhere = "";
    private const string RunsAndJobs = "/(Jobs|Runs)/";
    private const string Product = "/Reprocessing[.](Functions|Storage|Domain)([.]Tests)?/";

    /// <summary>The name as a pattern, the word that is used instead, and the folders that it was used in.</summary>
    private static readonly (string Name, string Instead, string In)[] Names =
    [
        (".*Deeds?([A-Z].*)?", "command, command handler, context, preconditions", Everywhere),
        ("Act|Acted.*|.*ActRequest", "audited action, command result, order action request", Everywhere),
        ("(TakeUp|TakenUp|GiveUp|GivenUp|GaveUp)([A-Z].*)?|Untouched", "requeue, abandon, not started", Everywhere),
        ("Seen|ResetSeen", "expected version", Everywhere),
        ("Keep|ItemLedger", "record", Product),
        ("(Try)?(Take|Fold|Obey|Load|Tell|Hear)([A-Z].*)?", "dequeue, apply, enqueue, publish, receive", RunsAndJobs),
        ("HalfDone.*", "incomplete", Everywhere),
        ("OutcomeNotes?|OutcomeNews|FoldOutcomes", "outcome event, project outcomes", Everywhere),
        (".*Notices?", "notification", Everywhere),
        (".*Census.*", "statistics", Everywhere),
        (".*(Sieve|Narrowing).*", "payload filter, filter push-down", Everywhere),
        (".*Lanes?([A-Z].*)?", "index, index range, index scan", Everywhere),
        ("(WorkflowType|Reset|Schema)?Books?", "registry, recorder, schema registry", Everywhere),
        ("WorkflowLook|FoundWorkflow|WorkflowEnder", "workflow inspector, snapshot, terminator", Everywhere),
        ("UnheardContinuation|RunBarrier", "continuation detector, drain barrier", Everywhere),
        ("AbandonedRuns|OrphanedJobs|LostWorkflows|.*Sweeps?([A-Z].*)?", "reconciler, cleanup", Everywhere),
        ("RunMark|JobDemand|JobEdits", "last run, desired state, job updates", Everywhere),
        ("Go|Goes|MaxGoes", "attempt, max attempts", Everywhere),
        ("Moments?|Heals?", "timestamps, repair", Everywhere),
        ("Requester|FreeForm|BodyText|StableNames|SheetText", "caller, JSON payload, enum names, CSV injection guard", Everywhere),
        (".*(Elsewhere|Outside|Machinery).*", "external, system orchestrators", Everywhere),
        ("Vigil|PatientPoll|Examination|Surroundings|Words|OutOfHand", "wait for completion, poller, health check, host environment, pluraliser, aborted", Everywhere),
        ("Rooms?", "project", Everywhere),
    ];

    /// <summary>Names that only a type must not have: as the name of a member they say something else.</summary>
    private static readonly (string Name, string Instead, string In)[] TypeNames =
    [
        (".*Answers?", "response", Everywhere),
        (".+(Operations|Setup)", "endpoint metadata, registration", Everywhere),
        ("Finish[A-Z].*s", "reconciler, cleanup", Everywhere),
        ("Unit|Refused", "transaction unit, rejected unit", "/Transactions/"),
    ];

    [Fact]
    public void No_type_member_or_file_has_a_name_that_was_given_up()
    {
        var found =
            from path in Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs"))
            let file = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
            from declared in Declared(path).Append((Name: Path.GetFileNameWithoutExtension(path), IsType: true)).Distinct()
            from former in declared.IsType ? Names.Concat(TypeNames) : Names
            where Regex.IsMatch("/" + file, former.In) && Regex.IsMatch(declared.Name, $"^(?:{former.Name})(?:Async)?$")
            select $"{file}: {declared.Name} is called {former.Instead}";

        Assert.Empty(found);
    }

    [Fact]
    public void No_setting_has_a_name_that_was_given_up()
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var found =
            from setting in sample.RootElement.GetProperty("Values").EnumerateObject()
            from former in Names
            where former.In == Everywhere && Regex.IsMatch(setting.Name, $"^(?:{former.Name})$")
            select $"{setting.Name}: {former.Instead}";

        Assert.Empty(found);
    }

    private static IEnumerable<(string Name, bool IsType)> Declared(string path) => CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot().DescendantNodes()
        .Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => (type.Identifier.Text, true),
            DelegateDeclarationSyntax type => (type.Identifier.Text, true),
            MethodDeclarationSyntax method => (method.Identifier.Text, false),
            PropertyDeclarationSyntax property => (property.Identifier.Text, false),
            EnumMemberDeclarationSyntax member => (member.Identifier.Text, false),
            VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } field => (field.Identifier.Text, false),
            ParameterSyntax { Parent.Parent: RecordDeclarationSyntax } parameter => (parameter.Identifier.Text, false),
            _ => (string.Empty, false),
        })
        .Where(declared => declared.Item1.Length > 0);
}
