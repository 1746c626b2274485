using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.FailureGroups;

internal static class FailureGroupOperations
{
    private static readonly EditFailureGroupRequest Archive = new()
    {
        State = EditedGroupState.Archived,
        Note = "The old printers; gone in May.",
        RequestedBy = "maria@example.com",
    };

    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "dead letters",
        Get(nameof(ListFailureGroups), "failure-groups", "Dead letters by kind of failure, those with the most open entries first.")
            .With(ApiParameter.OneOf("state", "Only groups in this state.", EnumNames.All<FailureGroupState>()))
            .AnswersPage<FailureGroup>(),
        Get(nameof(GetFailureGroup), "failure-groups/{fingerprint}", "One kind of failure, with what came of its last bulk retries.")
            .Answering<FailureGroup>(200, "The group.", null, "ETag")
            .Refuses("not_found"),
        Patch(nameof(EditFailureGroup), "failure-groups/{fingerprint}", "Puts a kind of failure aside, or takes it up again.")
            .Saying("Entries of an archived group are dead letters like others; only the group is out of the way. Asked again it changes nothing.")
            .Takes(Archive)
            .HonoursIfMatch()
            .Answering<FailureGroup>(200, "The group.", null, "ETag")
            .Refuses("not_found"));
}
