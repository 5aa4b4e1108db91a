"""At which addresses are cohorts made, followed and entered?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.cohorts import filling_views, joining_views, teaching_views, views

urlpatterns = [
    path("cohorts", views.cohorts, name="cohorts"),
    path("cohorts/new", filling_views.new_cohort, name="new-cohort"),
    path("cohorts/<int:number>", views.cohort, name="cohort"),
    path("cohorts/<int:number>/call", views.whom_to_call, name="cohort-call"),
    path("cohorts/<int:number>/export", views.export, name="cohort-export"),
    path("cohorts/<int:number>/people", filling_views.people, name="cohort-people"),
    path("cohorts/<int:number>/codes", filling_views.codes, name="cohort-codes"),
    path("cohorts/<int:number>/invite", filling_views.invite, name="cohort-invite"),
    path("cohorts/<int:number>/rule", filling_views.rule, name="cohort-rule"),
    path("cohorts/<int:number>/name", filling_views.rename, name="rename-cohort"),
    path("cohorts/<int:number>/end", filling_views.end, name="remove-cohort"),
    path("cohorts/<int:number>/remove", views.remove, name="cohort-remove"),
    path("cohorts/<int:number>/meetings", teaching_views.meetings, name="cohort-meetings"),
    path("cohorts/<int:number>/meetings/<int:meeting>", teaching_views.meeting, name="cohort-meeting"),
    path("cohorts/<int:number>/meetings/<int:meeting>/change", teaching_views.change, name="change-meeting"),
    path("cohorts/<int:number>/meetings/<int:meeting>/cancel", teaching_views.cancel, name="cancel-meeting"),
    path("cohorts/<int:number>/credits", teaching_views.credits_list, name="cohort-credits"),
    path("groups", joining_views.groups, name="groups"),
    path("groups/<int:number>/leave", joining_views.leave_group, name="leave-group"),
    path("join", joining_views.join_by_code, name="join"),
    path("join/<str:code>", joining_views.join_by_code, name="join"),
    path("invitations/<str:token>", joining_views.invitation, name="invitation"),
]
